import { Body } from '@react-email/body'
import { Button } from '@react-email/button'
import { Container } from '@react-email/container'
import { Head } from '@react-email/head'
import { Hr } from '@react-email/hr'
import { Html } from '@react-email/html'
import { Img } from '@react-email/img'
import { Link } from '@react-email/link'
import { Preview } from '@react-email/preview'
import { Section } from '@react-email/section'
import { Text } from '@react-email/text'
import { Children, type ReactNode } from 'react'
import { practiceColours } from '../../domain/fields/colour.ts'
import type { MailPractice } from './view.ts'

const font = 'system-ui, "Segoe UI", Roboto, Helvetica, Arial, sans-serif'
const text = { margin: '0 0 16px', fontSize: '17px', lineHeight: '26px', color: '#16202B' }
const small = { margin: '0 0 8px', fontSize: '16px', lineHeight: '24px', color: '#52606E' }
const link = { color: '#1E4FB4', textDecoration: 'underline' }

// Mail programs that support it show the dark page; others keep the inline colours below.
const dark =
  '@media (prefers-color-scheme:dark){.page,.page>table>tbody>tr>td{background:#0F1318!important}.sheet{background:#161C23!important;border-color:#2B343E!important}.text{color:#E7ECF1!important}.small{color:#A2AFBC!important}.link{color:#9CBDFF!important}.rule{border-color:#2B343E!important}.act{border-color:EDGE!important}}'

type FrameProps = { practice: MailPractice; subject: string; preheader: string; children: ReactNode; foot: ReactNode }

/** The frame of a mail: header in the practice's colour, the body in one column, and the sender. */
export function MailFrame({ practice, subject, preheader, children, foot }: FrameProps) {
  const colours = practiceColours(practice.colour)
  return (
    <Html lang="en-GB">
      <Head>
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <title>{subject}</title>
        <style dangerouslySetInnerHTML={{ __html: dark.replace('EDGE', colours.edgeOnDark) }} />
      </Head>
      <Preview>{preheader}</Preview>
      <Body className="page" style={{ margin: 0, padding: '24px 0', background: '#F6F7F9', fontFamily: font }}>
        <Container
          className="sheet"
          style={{ width: '100%', maxWidth: '560px', background: '#FFFFFF', border: '1px solid #DCE1E7' }}
        >
          <Section style={{ padding: '16px 24px', background: colours.fill }}>
            {practice.logoUrl ? (
              <Img src={practice.logoUrl} alt={practice.name} height={32} style={{ color: colours.onFill }} />
            ) : (
              <Text style={{ margin: 0, fontSize: '20px', lineHeight: '28px', fontWeight: 600, color: colours.onFill }}>
                {practice.name}
              </Text>
            )}
          </Section>
          <Section style={{ padding: '24px' }}>{children}</Section>
          <Section style={{ padding: '0 24px 16px' }}>
            <Hr className="rule" style={{ margin: '0 0 16px', border: 0, borderTop: '1px solid #DCE1E7' }} />
            {foot}
          </Section>
        </Container>
      </Body>
    </Html>
  )
}

/** A paragraph of the body. */
export function P({ children }: { children: ReactNode }) {
  return (
    <Text className="text" style={text}>
      {children}
    </Text>
  )
}

/** The heading of the paragraphs below it. */
export function Heading({ children }: { children: ReactNode }) {
  return (
    <Text className="text" style={{ ...text, margin: '8px 0', fontWeight: 600 }}>
      {children}
    </Text>
  )
}

/** A paragraph of the foot. */
export function Small({ children }: { children: ReactNode }) {
  return (
    <Text className="small" style={small}>
      {children}
    </Text>
  )
}

/** A link within a sentence. */
export function A({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link href={href} className="link" style={link}>
      {children}
    </Link>
  )
}

/** Plain text as paragraphs: blank lines separate paragraphs, single ones are line breaks. */
export function Paragraphs({ children }: { children: string }) {
  const paragraphs = children.trim().split(/\n\s*\n/)
  return Children.map(paragraphs, (paragraph) => (
    <P>
      {Children.map(paragraph.split('\n'), (line, index) => (
        <>
          {index > 0 && <br />}
          {line.trim()}
        </>
      ))}
    </P>
  ))
}

/** A person's own words in quotation marks. */
export function Quote({ children }: { children: string }) {
  return <Paragraphs>{`“${children.trim()}”`}</Paragraphs>
}

/** The mail's one button, 48 px high, and the same link as text for programs that show no button. */
export function Action({ practice, href, label }: { practice: MailPractice; href: string; label: string }) {
  const colours = practiceColours(practice.colour)
  return (
    <>
      <Section style={{ margin: '0 0 8px' }}>
        <Button
          href={href}
          className="act"
          style={{
            padding: '13px 20px',
            fontSize: '17px',
            lineHeight: '26px',
            fontWeight: 600,
            borderRadius: '6px',
            border: `1px solid ${colours.edgeOnLight}`,
            background: colours.fill,
            color: colours.onFill,
          }}
        >
          {label}
        </Button>
      </Section>
      <Text
        className="small"
        data-skip-in-text="true"
        style={{ ...small, margin: '0 0 16px', wordBreak: 'break-word' }}
      >
        Button not working? Copy this address:{' '}
        <Link href={href} className="link" style={link}>
          {href}
        </Link>
      </Text>
    </>
  )
}
