"""What a page owes to people who see little, use no mouse or have a narrow screen."""

from __future__ import annotations

import json
from collections.abc import Iterable

# What Streamlit draws itself, each by axe's rule and a selector of what is left out.
EXCEPTED = {
    # The navigation's list has a div around each item.
    "list": '[data-testid="stSidebarNavItems"]',
    "listitem": '[data-testid="stSidebarNavItems"] *',
    # The drop zone is a presentation with a name; the button inside it does the work.
    "presentation-role-conflict": '[data-testid="stFileUploaderDropzone"]',
}

# A page's own script: contrast by WCAG 2, of colours over what lies behind them.
_SCRIPT = r"""
(() => {
  const seen = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0
      && element.checkVisibility({visibilityProperty: true});
  };
  const parse = (colour) => {
    const canvas = new OffscreenCanvas(1, 1).getContext('2d');
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const over = (top, alpha, below) =>
    top.map((value, at) => value * alpha + below[at] * (1 - alpha));
  const behind = (element) => {
    if (!element) return [255, 255, 255];
    const [red, green, blue, alpha] = parse(getComputedStyle(element).backgroundColor);
    return alpha === 1 ? [red, green, blue]
      : over([red, green, blue], alpha, behind(element.parentElement));
  };
  const light = (colour) => {
    const [red, green, blue] = colour.map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (colour, opacity, element) => {
    const below = behind(element);
    const [red, green, blue, alpha] = parse(colour);
    const both = [light(over([red, green, blue], alpha * opacity, below)), light(below)];
    return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
  };
  const fading = (element) => {
    let share = 1;
    for (let at = element; at; at = at.parentElement) share *= Number(getComputedStyle(at).opacity);
    return share;
  };
  const main = () => document.querySelector('[data-testid="stMain"]');
  const named = (element) => {
    const label = element.getAttribute('aria-label') || element.innerText || element.title
      || element.getAttribute('data-testid') || element.placeholder || element.className || '';
    return `${element.tagName.toLowerCase()} ${String(label).trim().slice(0, 60)}`;
  };

  const pale = () => {
    const found = [];
    // Text on a bar, in a cell or on a ring stands on its colour, which the figures' tests look
    // after.
    const free = '.js-plotly-plot text:not(.bartext, .slicetext)';
    for (const text of document.querySelectorAll(free)) {
      if (!text.textContent.trim() || !seen(text)) continue;
      const style = getComputedStyle(text);
      const told = contrast(style.fill, fading(text) * style.fillOpacity, text);
      if (told < 4.5) found.push(`chart: ${text.textContent} ${told.toFixed(2)}`);
    }
    for (const field of document.querySelectorAll('input[placeholder], textarea[placeholder]')) {
      if (!field.placeholder || field.value || field.disabled || !seen(field)) continue;
      const style = getComputedStyle(field, '::placeholder');
      const told = contrast(style.color, fading(field) * style.opacity, field);
      if (told < 4.5) found.push(`placeholder: ${field.placeholder} ${told.toFixed(2)}`);
    }
    return found;
  };

  const nameless = () => {
    const found = [];
    for (const picture of document.querySelectorAll('[data-testid="stPlotlyChart"], img')) {
      const name = picture.getAttribute('aria-label') || picture.alt;
      if (!name && picture.getAttribute('aria-hidden') !== 'true') found.push(named(picture));
    }
    for (const grid of document.querySelectorAll('[data-testid="stDataFrame"]'))
      if (!grid.querySelector('[aria-label]:not(button)')) found.push(named(grid));
    return found;
  };

  const wide = () => {
    const found = [];
    if (document.documentElement.scrollWidth > innerWidth) found.push('the document');
    const area = main();
    if (area.scrollWidth > area.clientWidth) {
      found.push('the main area');
      for (const element of area.querySelectorAll('*'))
        if (element.getBoundingClientRect().right > innerWidth + 1 && found.length < 6)
          found.push(named(element));
    }
    return found;
  };

  // What moves the focus; a control that is one of several is reached with the arrow keys.
  const CONTROLS = 'a[href], button, input, textarea, select, summary, canvas[tabindex],'
    + ' [role="button"], [role="slider"], [role="combobox"], [role="tab"]';
  const looks = (element) => {
    let box = element;
    for (let level = 0; level < 3 && box.parentElement !== main(); level++) box = box.parentElement;
    const around = [element, ...element.querySelectorAll('*')];
    for (let at = element; at !== box; at = at.parentElement)
      around.push(at.parentElement, ...at.parentElement.children);
    return around.map((part) => {
      const style = getComputedStyle(part);
      return [style.outlineStyle === 'none' ? '' : style.outline, style.boxShadow,
        style.borderColor, style.backgroundColor, style.textDecorationLine].join();
    }).join(';');
  };
  const begin = () => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('* { transition: none !important; animation: none !important; }');
    document.adoptedStyleSheets.push(sheet);
    document.activeElement?.blur();
    const found = [...main().querySelectorAll(CONTROLS)]
      .filter((control) => !control.disabled && control.getAttribute('aria-disabled') !== 'true');
    window.access.before = new Map(found.map((control) => [control, looks(control)]));
    window.access.reached = new Set();
    const first = main();
    first.focus({preventScroll: true});
  };
  const step = () => {
    // A table hands the focus on to one of its cells, sooner or later.
    const control = document.activeElement.closest('canvas') ?? document.activeElement;
    // Where a button vanishes as it loses the focus, the page has it until the next Tab.
    if (control === document.body) return {again: true};
    if (!main().contains(control) || control === main()) return null;
    const box = control.getBoundingClientRect();
    const again = window.access.reached.has(control);
    window.access.reached.add(control);
    const before = window.access.before.get(control);
    return {name: named(control), again, dull: before === looks(control),
      hidden: fading(control) < 0.1 && control.tagName !== 'INPUT',
      left: box.left, right: box.right,
      top: box.top + main().scrollTop, bottom: box.bottom + main().scrollTop};
  };
  const missed = (excepted) => [...window.access.before.keys()]
    .filter((control) => !window.access.reached.has(control) && control.isConnected
      && seen(control) && !control.matches(excepted))
    .map(named);
  window.access = {pale, nameless, wide, begin, step, missed};
})()
"""


def learn(page) -> None:
    """Give the page that was just loaded the scripts of the other functions."""
    # Here, so that this file can be read where only the other tests' needs are installed.
    from axe_playwright_python.base import AXE_SCRIPT

    page.evaluate(AXE_SCRIPT)
    page.evaluate(_SCRIPT)


def violations(page, part: str = "", only: tuple[str, ...] = ()) -> list[str]:
    """What axe finds in a part of the page, each as rule, element and reason.

    ``only`` names the rules that are asked. What is excepted is left out.
    """
    options: dict = {"resultTypes": ["violations"]}
    if only:
        options["runOnly"] = list(only)
    if part:
        # That all is inside a landmark can only be asked of the whole.
        options["rules"] = {"region": {"enabled": False}}
    found = page.evaluate(
        "async ([part, options]) => (await axe.run(part || document, options)).violations",
        [part, options],
    )
    told = []
    for rule in found:
        for node in rule["nodes"]:
            excepted = EXCEPTED.get(rule["id"])
            if excepted and page.locator(node["target"][-1]).first.evaluate(
                "(element, excepted) => element.matches(excepted)", excepted
            ):
                continue
            reasons = [check["message"] for check in (*node["any"], *node["all"], *node["none"])]
            told.append(f"{rule['id']}: {node['html'][:150]} {' '.join(reasons)[:160]}")
    return told


def look(page, *, again: bool = False) -> list[str]:
    """What can be seen without touching anything: contrast, names, order, width.

    ``again`` is for a page that was looked at before in other colours.
    """
    told = violations(page, only=("color-contrast",) if again else ())
    told += [f"too pale: {words}" for words in page.evaluate("access.pale()")]
    if not again:
        told += [f"no alternative text: {words}" for words in page.evaluate("access.nameless()")]
        told += [f"wider than the screen: {words}" for words in page.evaluate("access.wide()")]
    return told


# What no Tab reaches, with what does its work.
_UNREACHED = ", ".join(
    (
        # The arrow keys step a number field.
        '[data-testid="stNumberInputStepUp"]',
        '[data-testid="stNumberInputStepDown"]',
        # One of several is chosen by the arrow keys.
        '[role="radiogroup"] *',
        # The arrow keys open a select box.
        '[data-testid="stSelectbox"] button',
        '[data-testid="stMultiSelect"] button',
        # Streamlit takes the copy button of a code block away before it gets the focus.
        '[data-testid="stCodeCopyButton"]',
    )
)


def walk(page, most: int = 250) -> list[str]:
    """Tab through the main area; what is out of order, unseen or never reached."""
    page.evaluate("access.begin()")
    told: list[str] = []
    before = None
    for _ in range(most):
        page.keyboard.press("Tab")
        now = page.evaluate("access.step()")
        if now is None:
            break
        if now["again"]:
            # A table moves through its columns before it lets go.
            continue
        if now["dull"]:
            told.append(f"focus cannot be seen: {now['name']}")
        if now["hidden"]:
            told.append(f"focus on something invisible: {now['name']}")
        if before and _is_back(before, now):
            told.append(f"Tab goes back from {before['name']} to {now['name']}")
        before = now
    told += [
        f"no Tab reaches {name}"
        for name in page.evaluate(f"access.missed({json.dumps(_UNREACHED)})")
    ]
    return told


def _is_back(before: dict, now: dict) -> bool:
    """Whether a place lies before another: left of it in its line, or above and not right of it."""
    if now["bottom"] <= before["top"]:
        return now["left"] < before["right"]
    # Lines that wrap tightly overlap a little.
    same_line = (now["top"] + now["bottom"]) / 2 < before["bottom"]
    return now["right"] <= before["left"] and same_line


class Findings:
    """What is wrong, each once, with every place it was found at."""

    def __init__(self) -> None:
        self.told: dict[str, list[str]] = {}

    def add(self, where: str, told: Iterable[str]) -> None:
        for words in dict.fromkeys(told):
            self.told.setdefault(words, []).append(where)

    def __str__(self) -> str:
        return "\n".join(f"{words} [{'; '.join(where)}]" for words, where in self.told.items())
