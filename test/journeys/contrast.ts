/** Runs inside the page: text whose contrast with what lies behind it is below WCAG 2.2 AA. */
export function poorContrast(): string[] {
  type Colour = [number, number, number, number];
  const canvas = document.createElement('canvas');
  canvas.width = 1;
  canvas.height = 1;
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  const parse = (text: string): Colour => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = text;
    context.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = context.getImageData(0, 0, 1, 1).data;
    return [r!, g!, b!, a! / 255];
  };
  const over = (top: Colour, under: Colour): Colour => [0, 1, 2].map((k) => top[k]! * top[3] + under[k]! * (1 - top[3])).concat(1) as Colour;
  const luminance = ([r, g, b]: Colour): number => {
    const [x, y, z] = [r, g, b].map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4)) as [number, number, number];
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element: Element): Colour => {
    const layers: Colour[] = [];
    for (let at: Element | null = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour[3] > 0) layers.push(colour);
      if (colour[3] === 1) break;
    }
    return layers.reduceRight<Colour>((under, top) => over(top, under), [255, 255, 255, 1]);
  };
  const poor: string[] = [];
  for (const element of document.querySelectorAll('body *')) {
    const text = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.textContent).join('').trim();
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    // Text drawn by charts has its own colours, checked as data; hidden text is not seen.
    if (text === '' || style.visibility === 'hidden' || box.width <= 1 || box.height <= 1 || element.closest('svg, script, noscript, .visually-hidden, dialog:not([open])')) continue;
    const under = behind(element);
    const [light, dark] = [luminance(over(parse(style.color), under)), luminance(under)].sort((a, b) => b - a) as [number, number];
    const ratio = (light + 0.05) / (dark + 0.05);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) poor.push(`${ratio.toFixed(2)}: "${text.slice(0, 40)}" in ${element.tagName.toLowerCase()}.${element.className}`);
  }
  return poor;
}

/** Runs inside the page: controls and pictures without a name, broken references, doubled ids, skipped headings. */
export function poorStructure(): string[] {
  const problems: string[] = [];
  const name = (element: Element): string =>
    (element.getAttribute('aria-label') ?? '') + (element.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent ?? '').join('') + (element.textContent ?? '');
  for (const element of document.querySelectorAll('button, a[href], [role=img], [role=region], [role=application], select, input, summary')) {
    const labels = element instanceof HTMLInputElement || element instanceof HTMLSelectElement ? [...(element.labels ?? [])].map((label) => label.textContent).join('') : '';
    if ((name(element) + labels).trim() === '') problems.push(`no name: ${element.outerHTML.slice(0, 120)}`);
  }
  for (const element of document.querySelectorAll('[aria-labelledby], [aria-describedby]')) {
    for (const id of `${element.getAttribute('aria-labelledby') ?? ''} ${element.getAttribute('aria-describedby') ?? ''}`.trim().split(/\s+/)) {
      if (!document.getElementById(id)) problems.push(`nothing has the id ${id}`);
    }
  }
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) problems.push(`the id ${id} occurs twice`);
  for (const link of document.querySelectorAll('a[href^="#"]')) if (!document.querySelector(link.getAttribute('href')!)) problems.push(`a link leads nowhere: ${link.getAttribute('href')!}`);
  let level = 0;
  for (const heading of document.querySelectorAll('main h1, main h2, main h3, main h4')) {
    const here = Number(heading.tagName[1]);
    if (here > level + 1) problems.push(`a heading is skipped before "${heading.textContent}"`);
    level = here;
  }
  for (const table of document.querySelectorAll('table')) if (!table.querySelector('th[scope]')) problems.push(`a table without heads: ${table.textContent.slice(0, 60)}`);
  if (document.documentElement.lang !== 'en') problems.push('the page does not say its language');
  return problems;
}
