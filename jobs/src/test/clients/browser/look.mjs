/**
 * What a reader finds in the page that is open. It runs in the page, so it uses nothing of this file beside itself.
 *
 * `outside` are texts and drawings beyond the edge of the screen, of their cell or of their drawing, `covered` texts that
 * lie over each other, `faint` texts of less contrast with their ground than WCAG 2 asks for (4.5, level AA).
 */
export function look() {
  const slack = 1.5; // pixels
  const root = document.documentElement;
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
  const textOf = (selector, within) => all(selector, within).map((element) => element.textContent);

  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!node.parentElement.checkVisibility()) {
      continue;
    }
    const range = document.createRange();
    range.selectNodeContents(node);
    const boxes = Array.from(range.getClientRects()).filter((box) => box.width > 0 && box.height > 0);
    if (node.textContent.trim() && boxes.length > 0) {
      texts.push({ text: node.textContent.trim().slice(0, 60), owner: node.parentElement, boxes });
    }
  }

  const screen = { left: 0, right: root.clientWidth, top: 0, bottom: root.scrollHeight };
  // A box of letters has room above and below them, which may be beyond a frame.
  const isIn = (box, frame) =>
    box.left >= frame.left - slack && box.right <= frame.right + slack
      && (box.top + box.bottom) / 2 >= frame.top && (box.top + box.bottom) / 2 <= frame.bottom;
  const outside = texts
    .filter(({ owner, boxes }) => {
      const frame = owner.closest('svg, td, th, li, dd, dt, h1, h2, p, summary') ?? root;
      const edges = frame === root ? screen : frame.getBoundingClientRect();
      return !boxes.every((box) => isIn(box, edges) && (owner.closest('.wide') || isIn(box, screen)));
    })
    .map(({ text }) => text)
    .concat(all('svg, .wide, h1, h2, dl').filter((element) => !isIn(element.getBoundingClientRect(), screen))
      .map((element) => element.tagName));

  const lines = texts.flatMap(({ text, owner, boxes }) => boxes.map((box) => ({ text, owner, box })))
    .sort((one, other) => one.box.top - other.box.top);
  const covered = [];
  lines.forEach((line, i) => {
    for (let j = i + 1; j < lines.length && lines[j].box.top < line.box.bottom; j++) {
      const wide = Math.min(line.box.right, lines[j].box.right) - Math.max(line.box.left, lines[j].box.left);
      const high = Math.min(line.box.bottom, lines[j].box.bottom) - lines[j].box.top;
      // What scrolls may lie under its own edge; letters of neighbouring lines may touch.
      if (wide > slack && high > 0.35 * Math.min(line.box.height, lines[j].box.height)) {
        covered.push(line.text + ' | ' + lines[j].text);
      }
    }
  });

  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  const channels = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return canvas.getImageData(0, 0, 1, 1).data;
  };
  const luminance = (color) => {
    const [r, g, b] = Array.from(channels(color).slice(0, 3), (value) => value / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    const drawing = element.closest('svg');
    if (drawing) {
      return getComputedStyle(drawing.querySelector('.paper')).fill;
    }
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if (channels(color)[3] > 0) {
        return color;
      }
    }
    return 'white';
  };
  const contrast = (element) => {
    const style = getComputedStyle(element);
    const values = [element.closest('svg') ? style.fill : style.color, ground(element)].map(luminance);
    return (Math.max(...values) + 0.05) / (Math.min(...values) + 0.05);
  };
  const faint = texts.filter(({ owner }) => contrast(owner) < 4.5)
    .map(({ text, owner }) => text + ': ' + contrast(owner).toFixed(2));

  // A pixel of a drawing is one of the screen only where the drawing is shown in its own size.
  const letters = ({ owner }) => {
    const drawing = owner.closest('svg');
    const size = parseFloat(getComputedStyle(owner).fontSize);
    return drawing ? (size * drawing.getBoundingClientRect().width) / drawing.viewBox.baseVal.width : size;
  };

  const figures = {};
  all('.figures div').forEach((figure) => {
    figures[figure.querySelector('dt').textContent] = figure.querySelector('dd').textContent;
  });
  return {
    title: document.title,
    heading: textOf('h1').join(),
    page: getComputedStyle(document.body).backgroundColor,
    scrollWidth: root.scrollWidth,
    clientWidth: root.clientWidth,
    figures,
    drawings: all('svg').map((svg) => {
      const box = svg.getBoundingClientRect();
      return { name: svg.getAttribute('aria-label'), width: box.width, height: box.height, texts: textOf('text', svg) };
    }),
    rows: all('tr').map((row) => textOf('th, td', row)),
    samples: all('.samples dd, .samples li').map((sample) => sample.innerText),
    scripts: all('script').length,
    smallest: Math.min(...texts.map(letters)),
    outside,
    covered,
    faint,
  };
}
