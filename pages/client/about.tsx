import { about } from './aboutWords.ts'
import { Frame } from './frame.tsx'
import type { AboutView } from './view.ts'

/** The two pages every foot links to. */
export function AboutPage({ view }: { view: AboutView }) {
  const { title, sections } = about[view.page]
  return (
    <Frame practice={null} title={title}>
      <h1>{title}</h1>
      {sections.map((section) => (
        <section key={section.title}>
          <h2>{section.title}</h2>
          <p>{section.text}</p>
        </section>
      ))}
    </Frame>
  )
}
