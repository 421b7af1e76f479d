import { Link } from '@tanstack/react-router'
import icon from '../../icon.svg'
import classes from '../Shell.module.css'

/** The product's logo, linked to the client list. */
export const Mark = () => (
  <Link to="/clients" className={classes.mark}>
    <img src={icon} alt="" width={20} height={20} />
    <span className={classes.label}>Embark</span>
  </Link>
)
