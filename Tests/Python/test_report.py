"""report.html in a real browser: phone and desktop, light and dark, few recipients and many."""
import html.parser
import json
import re

import pytest
import report_plans
from browser import browser
from conftest import ROOT
from report_plans import account

PHONE, DESKTOP = 360, 1280
VIEWS = [(width, scheme) for width in (PHONE, DESKTOP) for scheme in ("light", "dark")]

# Every text of the page with its colour, the colour behind it and its contrast by WCAG 2.2. Text that a style
# puts before a cell counts too.
CONTRASTS = """
(() => {
  const parse = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = element => {
    for (let e = element; e; e = e.parentElement) {
      const colour = parse(getComputedStyle(e).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const found = [];
  const measure = (element, words, pseudo) => {
    const style = getComputedStyle(element, pseudo);
    const ink = parse(element.closest("svg") && !pseudo ? style.fill : style.color);
    const [a, b] = [luminance(ink), luminance(behind(element))].sort((x, y) => y - x);
    found.push([words.trim().slice(0, 40), (a + 0.05) / (b + 0.05), parseFloat(style.fontSize)]);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.data.trim() && node.parentElement.tagName !== "desc" && node.parentElement.tagName !== "title")
      measure(node.parentElement, node.data, null);
  }
  for (const cell of document.querySelectorAll("td")) {
    const content = getComputedStyle(cell, "::before").content;
    if (content !== "none" && content !== "normal") measure(cell, content, "::before");
  }
  return found;
})()
"""

# Elements that stick out of the page at either side.
OVERFLOW = """
(() => {
  const width = document.documentElement.clientWidth;
  const out = [...document.body.querySelectorAll("*")].filter(e => {
    const box = e.getBoundingClientRect();
    return box.width > 1 && (box.right > width + 0.5 || box.left < -0.5);
  });
  return [document.documentElement.scrollWidth, width, out.map(e => e.outerHTML.slice(0, 80))];
})()
"""

# Texts of a chart that lie over one another or outside of their drawing.
CHART_TEXTS = """
(() => {
  const wrong = [];
  for (const svg of document.querySelectorAll("figure svg")) {
    const frame = svg.getBoundingClientRect();
    const boxes = [...svg.querySelectorAll("text")].map(t => [t.textContent, t.getBoundingClientRect()]);
    boxes.forEach(([words, a], i) => {
      if (a.left < frame.left - 1 || a.right > frame.right + 1
          || a.bottom > frame.bottom + 1 || a.top < frame.top - 1)
        wrong.push(words + " is outside");
      for (const [other, b] of boxes.slice(i + 1))
        if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3)
          wrong.push(words + " lies over " + other);
    });
  }
  return wrong;
})()
"""


def write_plan(folder, rows, decimals=18, name="Season rewards", supply=1_000_000_000, points=lambda i: i):
    text = "".join(f"{account(i)},{points(i)}\n" for i in range(1, rows + 1))
    (folder / "list.csv").write_text("account,points\n" + text)
    (folder / "plan.yaml").write_text(
        f"""
version: 1
name: {json.dumps(name)}
tokens: [{{name: ACME, decimals: {decimals}, supply: {supply}}}]
campaigns: [{{name: main, token: ACME}}]
guards: [{{measure: largest, at_most: 90%}}, {{measure: nakamoto, threshold: 50%, at_least: 2, at: every}}]
sources: [{{name: list, file: list.csv, columns: [{{name: points, type: integer}}]}}]
programs:
  - {{name: all, kind: airdrop, campaign: main, budget: 30%, from: list, weight: points}}
""")
    return folder / "plan.yaml"


# Text that would be markup, in a name of the plan and in a label.
MARKUP = "<script>document.title='taken'</script>&<b title=\"'\">"

EXTREME = f"""
version: 1
name: {json.dumps(MARKUP)}
tokens: [{{name: A, symbol: LONGSYMBOLOFATOKEN, decimals: 36, supply: 100000000000000000000000000000000000000000}}]
campaigns:
  - name: a-campaign-whose-name-is-as-long-as-names-of-plans-can-be-in-all
    token: A
sources: [{{name: list, file: list.csv, columns: [{{name: points, type: integer}}]}}]
programs:
  - name: a-program-whose-name-is-as-long-as-the-names-of-plans-can-be-all
    kind: airdrop
    campaign: a-campaign-whose-name-is-as-long-as-names-of-plans-can-be-in-all
    budget: 12345678901234567890.123456789012345678901234567890123456
    from: list
    weight: points
    exclude: [{{account: "{account(1)}", reason: {json.dumps(MARKUP)}}}]
  - name: team
    kind: premine
    campaign: a-campaign-whose-name-is-as-long-as-names-of-plans-can-be-in-all
    budget: 0.000000000000000000000000000000000001
    recipients:
      - {{account: "{account(9)}", amount: 0.000000000000000000000000000000000001, label: {json.dumps(MARKUP)}}}
"""


@pytest.fixture(scope="session")
def pages(sluice, tmp_path_factory):
    """Pages by name: of five recipients, of the examples, of many, of long names and numbers, of a plan with
    everything, of names in other scripts, and of nobody."""
    made = {}

    def make(name, plan):
        folder = tmp_path_factory.mktemp(name)
        path, options = plan(folder)
        sluice("allocate", path, "--out", folder / "bundle", "--without-proofs", *options)
        made[name] = folder / "bundle/report.html"

    def extreme(folder):
        (folder / "list.csv").write_text(f"account,points\n{account(1)},1\n{account(2)},{10**30}\n{account(3)},1\n")
        (folder / "plan.yaml").write_text(EXTREME)
        return folder / "plan.yaml", []

    make("five", lambda folder: (write_plan(folder, 5), []))
    make("example", lambda folder: (ROOT / "Examples/airdrop/plan.yaml", []))
    make("weights", lambda folder: (ROOT / "Examples/weights/plan.yaml", []))
    make("many", lambda folder: (write_plan(folder, 20_000, points=lambda i: 10**9 // i), []))
    make("extreme", extreme)
    make("everything", lambda folder: report_plans.everything(sluice, folder))
    make("foreign", report_plans.foreign)
    make("nobody", report_plans.nobody)
    make("weekly", report_plans.weekly)
    make("market", report_plans.market)
    return made


NAMES = ["five", "example", "weights", "many", "extreme", "everything", "foreign", "nobody", "weekly", "market"]


@pytest.fixture(scope="session")
def tab(tmp_path_factory):
    with browser(tmp_path_factory.mktemp("profile")) as tab:
        yield tab


@pytest.mark.parametrize("name", NAMES)
def test_nothing_sticks_out_and_every_text_can_be_read(tab, pages, name):
    for width, scheme in VIEWS:
        requests = tab.open(pages[name], width, scheme)
        assert requests == [f"file://{pages[name]}"], "the page asks for nothing but itself"
        scrolled, client, out = tab.evaluate(OVERFLOW)
        assert scrolled <= client and out == [], f"{width} {scheme}"
        texts = tab.evaluate(CONTRASTS)
        assert len(texts) > 60
        low = [text for text in texts if text[1] < 4.5]
        assert low == [], f"{width} {scheme}"
        assert tab.evaluate(CHART_TEXTS) == [], f"{width} {scheme}"


@pytest.mark.parametrize("name", NAMES)
def test_no_width_needs_sideways_scrolling(tab, pages, name):
    for width in (320, PHONE, 480, 600, 768, 890, 900, 1024, DESKTOP, 1920):
        tab.open(pages[name], width, "light")
        scrolled, client, out = tab.evaluate(OVERFLOW)
        assert scrolled <= client and out == [], width


@pytest.mark.parametrize("name", NAMES)
def test_text_is_large_enough_on_a_phone(tab, pages, name):
    tab.open(pages[name], PHONE, "light")
    scale = tab.evaluate("document.querySelector('figure svg').getBoundingClientRect().width / 360")
    sizes = {size for _, _, size in tab.evaluate(CONTRASTS)}
    assert min(sizes) * min(1, scale) >= 11


def test_both_schemes_are_real(tab, pages):
    colours = []
    for scheme in ("light", "dark"):
        tab.open(pages["five"], DESKTOP, scheme)
        colours.append(tab.evaluate("getComputedStyle(document.documentElement).backgroundColor"))
    assert colours == ["rgb(255, 255, 255)", "rgb(20, 23, 27)"]


def test_a_page_has_at_most_a_megabyte_and_does_not_grow_with_its_recipients(pages):
    few, many = (pages[name].stat().st_size for name in ("example", "many"))
    assert many < 60_000 and few < 60_000
    assert all(page.stat().st_size < 100_000 for page in pages.values())


def test_no_script_and_nothing_from_elsewhere(pages):
    for page in pages.values():
        text = page.read_text()
        assert "<script" not in text and "@import" not in text and "url(" not in text
        assert re.findall(r"""\b(?:src|href)=["'](?!#)""", text) == []
        assert "script-src 'none'" in text


def test_text_of_a_plan_is_never_markup(tab, pages):
    tab.open(pages["extreme"], DESKTOP, "light")
    assert tab.evaluate("document.querySelector('h1').textContent") == MARKUP
    assert tab.evaluate("document.title") == MARKUP + ": distribution report"
    assert tab.evaluate("document.querySelectorAll('script, b').length") == 0
    shown = tab.evaluate("document.body.innerText")
    assert shown.count(MARKUP) == 3, "the name, the label of a recipient, the reason of an exclusion"


class Tags(html.parser.HTMLParser):
    """Every element that is opened is closed, in order."""

    VOID = {"meta"}

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.links, self.labels = [], [], [], []

    def handle_starttag(self, tag, attributes):
        stated = dict(attributes)
        self.ids += [stated["id"]] if "id" in stated else []
        self.links += [stated["href"]] if "href" in stated else []
        self.labels += stated.get("aria-labelledby", "").split()
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_elements_are_closed_ids_unique_and_links_lead_somewhere(pages):
    for page in pages.values():
        tags = Tags()
        tags.feed(page.read_text())
        assert tags.open == []
        assert len(set(tags.ids)) == len(tags.ids)
        assert {link.removeprefix("#") for link in tags.links} <= set(tags.ids)
        assert set(tags.labels) <= set(tags.ids) and len(tags.labels) > 5


def test_charts_and_tables_are_told_to_those_who_do_not_see_them(tab, pages):
    for name in NAMES:
        tab.open(pages[name], PHONE, "light")
        assert tab.evaluate(
            "[...document.querySelectorAll('svg')].every(s => s.getAttribute('aria-hidden') === 'true'"
            " || s.getAttribute('role') === 'img' && s.querySelector('title') && s.querySelector('desc'))")
        assert tab.evaluate(
            "[...document.querySelectorAll('table')].every(t => t.caption && t.getAttribute('role') === 'table')")
        assert tab.evaluate("document.documentElement.lang") == "en"
        assert tab.evaluate("document.querySelectorAll('h1').length") == 1


def test_figures_of_a_distribution_that_was_worked_out_by_hand(tab, pages):
    # Weights 1 … 5 of a budget of 300 000 000: parts 1/15 … 5/15.
    tab.open(pages["five"], DESKTOP, "light")
    shown = tab.evaluate("document.body.innerText").replace("\u202f", " ")
    assert "gives 300 000 000 ACME to 5 accounts" in shown
    assert "the largest account's part of ACME at launch: at most 90%" in shown
    assert "more than 50% of ACME at launch and at every unlock: at least 2" in shown
    # Gini = (2 · (1·1 + 2·2 + … + 5·5) − 6 · 15) / (5 · 15) = 20/75; HHI = 55/225.
    assert re.search(r"Gini\s+0\.2666\b", shown) and re.search(r"HHI\s+0\.2444\b", shown)
    # 5/15 are more than 33 %, 9/15 more than half, 12/15 more than 67 %.
    for percent, count in [(33, 1), (50, 2), (67, 3)]:
        assert re.search(rf"Nakamoto {percent} %\s+{count}\b", shown)
    # Two of five are the most that are no more than half of them: (1 + 2)/15.
    words = "document.querySelector('figure svg desc').textContent"
    assert "The 2 accounts with the least, of 5, have 20.00\u202f% together" in tab.evaluate(words)
    tab.open(pages["many"], DESKTOP, "light")
    assert "half: " in tab.evaluate("document.querySelector('figure svg').textContent")


def test_the_page_is_made_again_from_the_bundle(sluice, pages, tmp_path):
    for name in NAMES:
        sluice("report", pages[name].parent, "--out", tmp_path / name)
        assert (tmp_path / name).read_bytes() == pages[name].read_bytes()


def section(tab, name):
    """The text of a section, its parts of numbers held together by ordinary blanks."""
    text = tab.evaluate(f"document.querySelector('#{name}').innerText")
    return re.sub(r"[\u202f\u2009]", " ", text)


def rows(tab, name):
    """The texts of the cells of a section's tables, row by row."""
    cells = f"[...document.querySelectorAll('#{name} tbody tr')].map(r => [...r.children].map(c => c.textContent))"
    return [[re.sub(r"[\u202f\u2009]", " ", cell) for cell in row] for row in tab.evaluate(cells)]


def test_what_only_some_plans_have_stands_in_sections_of_its_own(tab, pages):
    tab.open(pages["everything"], DESKTOP, "light")
    # Forty users with 1 … 40 points, of whom the first has too few: 819 points for 200 000 000.
    mover = report_plans.MOVER.address
    redirects = rows(tab, "redirects")
    signed = next(row for row in redirects if row[0] == mover and "ACME" in row[2])
    assert signed[2] == "9 768 009.76 ACME" and signed[3] == "its signature in moves"
    assert "1 account by lines of the plan; 1 account, signed, in moves" in section(tab, "redirects")
    decisions = rows(tab, "decisions")
    assert [row[1:4] for row in decisions] == [
        ["granted", "3000 ACME", "Its rows were late."],
        ["granted", "1500 ACME", "A wrong address; see the appeal."],
        ["denied", "", "One person with nine accounts."]]
    assert {row[4] for row in decisions} == {report_plans.JURY.address}
    assert "jury: 4500 ACME granted to 2 accounts, 1 account denied." in section(tab, "decisions")
    # (2 + 3 + 1)² − 14 and (10 + 1)² − 101; who has one donor is matched with nothing.
    assert [row[1:] for row in rows(tab, "matches")] == [
        ["3", "14 ACME", "22 ACME", "22 ACME"], ["2", "101 ACME", "20 ACME", "20 ACME"]]
    assert "Matches together\n42 ACME" in section(tab, "matches").replace("\n\n", "\n")
    assert rows(tab, "hidden") == [["kyc", "score", "checked"]]
    assert "Per cluster" in section(tab, "spread-0") and "6 accounts are 2 such holders" in section(tab, "spread-0")
    assert "Grouped by half-year: the schedule has" in section(tab, "unlocks-0")
    # At launch 20 % of a thousand million, 1 006 000, and a tenth of 150 000 000.
    assert rows(tab, "unlocks-0")[0][:2] == ["Launch, 2027-01-01", "216 006 000"]


def test_what_is_paid_over_time_was_worked_out_by_hand(tab, pages):
    """10 of 520 ACME are emitted. Balances are 250 on average: 521.42 ACME a year would be 208.57 %."""
    tab.open(pages["weekly"], DESKTOP, "light")
    words = " ".join(section(tab, "time").split())
    assert "10 ACME of a budget of 10 ACME to 2 accounts. Nothing is carried into the next epoch." in words
    assert "From 2027-01-04T00:00:00Z To 2027-01-11T00:00:00Z Balances staked, of 2 accounts" in words
    assert "All of them, on average 250 ACME APR 208.57 % at this epoch's rate" in words
    assert "Epochs 0 to 51; the highest bar is 10 ACME. The marked one, 0, emits 10 ACME." in words
    assert "By its end 1.92 % of the program's budget is emitted." in words
    assert [row[1:] for row in rows(tab, "time")] == [
        ["6.25 ACME", "62.50 %"], ["3.75 ACME", "37.50 %"]]


def test_prices_tell_their_sources_and_why_some_do_not_count(tab, pages):
    """11, 12 and 20 are not stale: their median is 12, of which 20 is too far. The median of 11 and 12 is 11.5."""
    tab.open(pages["market"], DESKTOP, "light")
    words = section(tab, "prices")
    assert "Price of acme" in words and "Read by volume." in words
    assert [row[:4] for row in rows(tab, "prices")] == [
        ["feed", "11", "counts", "8"], ["exchange", "12", "counts", "8"],
        ["moved", "20", "left out: 66.66 % from the median of all, 12, and more than 10% is too far", "8"],
        ["stopped", "none", "left out as stale: for more than 2d it had no new value", "4"]]
    # Where sources have many values they are drawn, and told.
    assert tab.evaluate("document.querySelectorAll('#prices figure circle[r=\"3.5\"]').length") == 8 + 8 + 8 + 4
    told = tab.evaluate("document.querySelector('#prices figure desc').textContent")
    assert "from 11 to 20. The line is the price, 11.5." in told
    assert [item.strip() for item in tab.evaluate("document.querySelector('#prices ul').innerText").split("\n")] == [
        "feed", "exchange", "moved", "stopped"]


def test_what_rules_of_actions_left_out_was_worked_out_by_hand(tab, pages):
    """Account 1 traded 40 with itself, and 30 of what it bought back and forth; of 70 with account 2 then 35 count.
    Account 2 may have 100 of its 200 with one counterparty."""
    tab.open(pages["market"], DESKTOP, "light")
    one, two = (report_plans.line(n) for n in (1, 2))
    words = " ".join(section(tab, "left-out-0").split())
    assert "Of its 5 rows of 2 accounts, 4 rows of 2 accounts do not count, or not in full." in words
    found = rows(tab, "left-out-0")
    assert [[row[0]] + row[2:] for row in found[:3]] == [
        ["wash", "1", "1", "40 volume", "10.81 %"],
        ["wash.round_trip", "2", "1", "60 volume", "16.21 %"],
        ["wash.pair_cap", "2", "2", "75 volume", "20.27 %"]]
    assert found[1][1] == "opposite trades followed each other within 1h"
    assert [[row[0].lower()] + row[1:] for row in found[3:]] == [
        [one, "wash.round_trip", "2", "60 volume"], [one, "wash", "1", "40 volume"],
        [two, "wash.pair_cap", "1", "40 volume"], [one, "wash.pair_cap", "1", "35 volume"]]
    # Two logins of one day too many; then 95 beside 10, and 31 beside 70, are more than 100.
    found = rows(tab, "left-out-1")
    assert found[:2] == [
        ["limits[0]", "its limit was reached: at most 1 row per 1d where task is login", "2", "1", "", ""],
        ["limits[1]", "its limit was reached: at most 100 of points", "2", "2", "126 points", "49.21 %"]]
    assert [[row[0].lower()] + row[1:] for row in found[2:]] == [
        [one, "limits[0]", "2", ""], [one, "limits[1]", "1", "95 points"], [two, "limits[1]", "1", "31 points"]]


def test_the_draw_on_the_page_is_what_the_guides_program_draws(tab, pages):
    code = re.search(r"```python\n(.*?)```", (ROOT / "docs/guides/raffle.md").read_text(), re.DOTALL).group(1)
    names = {}
    exec(code, names)
    folder = pages["everything"].parents[1]
    lines = (folder / "list.csv").read_text().splitlines()[1:]
    entrants = sorted((row.split(",")[0].lower(), int(row.split(",")[1])) for row in lines)
    seed, beacon = (bytes.fromhex(text[2:]) for text in (report_plans.SEED, report_plans.BEACON))
    winners = names["draw"](seed, beacon, "raffle", entrants, 3)
    tab.open(pages["everything"], DESKTOP, "light")
    assert [row[1].lower() for row in rows(tab, "draw")] == winners
    assert "820" in section(tab, "draw") and report_plans.SEED_HASH in section(tab, "draw")


def test_plans_without_these_things_have_none_of_the_sections(tab, pages):
    tab.open(pages["five"], DESKTOP, "light")
    shown = tab.evaluate("[...document.querySelectorAll('section')].map(s => s.id)")
    assert not {"redirects", "decisions", "draw", "matches", "hidden", "prices", "left-out"} & set(shown)


def test_long_numbers_break_between_groups_only(tab, pages):
    tab.open(pages["foreign"], PHONE, "light")
    assert "1\u2009000\u2009000" in tab.evaluate("document.body.textContent")
