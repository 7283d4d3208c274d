// The two bodies of every message, plain text and HTML, out of the same sentences. No image, no tracking, nothing loaded.

export interface Content {
  productName: string
  /** `{product}` in it stands for `productName`. */
  subject: string
  /** Heading. */
  title: string
  paragraphs: readonly string[]
  /** What to follow, where there is something to follow. */
  action?: { label: string, url: string }
  /** What to know besides; smaller. */
  notes?: readonly string[]
}

export interface Rendered { subject: string, text: string, html: string }

/** Text on one line: no control or format character of it reaches a header or turns the direction of what follows. */
export function oneLine (text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}\s]+/gu, ' ').trim()
}

const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

export function escapeHtml (text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character as keyof typeof entities])
}

export function render ({ productName, subject: template, title, paragraphs, action, notes = [] }: Content): Rendered {
  const product = oneLine(productName)
  const subject = oneLine(template.replaceAll('{product}', () => product))
  const link = action === undefined ? [] : [`${action.label}:\n${action.url}`]
  const text = [title, ...paragraphs, ...link, ...notes, `— ${product}`].join('\n\n') + '\n'
  const html = page(escapeHtml(subject), [
    `<h1 style="font-size:1.25em;margin:0 0 1em">${escapeHtml(title)}</h1>`,
    ...paragraphs.map((sentence) => `<p style="margin:0 0 1em">${escapeHtml(sentence)}</p>`),
    ...(action === undefined ? [] : button(action)),
    ...notes.map((sentence) => `<p style="margin:0 0 1em;font-size:.875em">${escapeHtml(sentence)}</p>`),
    `<p style="margin:2em 0 0;font-size:.875em">— ${escapeHtml(product)}</p>`
  ])
  return { subject, text, html }
}

// White on #1a5fb4 is 6.3:1 (WCAG 2.2 §1.4.3) and stays so in the dark: both colours are ours. The rest takes the reader's own.
function button ({ label, url }: { label: string, url: string }): string[] {
  const href = escapeHtml(url)
  return [
    `<p style="margin:1.5em 0"><a href="${href}" style="display:inline-block;padding:.75em 1.25em;border-radius:6px;background:#1a5fb4;color:#ffffff;text-decoration:none;font-weight:600">${escapeHtml(label)}</a></p>`,
    `<p style="margin:0 0 1em;font-size:.875em">Or copy this address into your browser:<br><span style="word-break:break-all">${href}</span></p>`
  ]
}

function page (title: string, parts: readonly string[]): string {
  return `<!DOCTYPE html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${title}</title>
</head>
<body style="margin:0;padding:0">
<main style="max-width:34em;margin:0 auto;padding:1.5em;font-family:system-ui,sans-serif;font-size:16px;line-height:1.5">
${parts.join('\n')}
</main>
</body>
</html>
`
}
