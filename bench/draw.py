"""Draws the pictures of a measurement as SVG, without a library."""
import html
import statistics

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 760, 420, 70, 60, 50
COLOURS = ["#1b5e8a", "#b3541e", "#5d7a1f", "#7a4b8c", "#8a6d1b", "#44525c", "#a03050"]


def _median(figures, name, at=0):
    return statistics.median(turn[at] for turn in figures[name])


def _svg(title, parts):
    head = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
            f'aria-label="{html.escape(title)}" font-family="sans-serif" font-size="13">')
    white = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
    name = f'<text x="{LEFT}" y="28" font-size="16">{html.escape(title)}</text>'
    return "\n".join([head, white, name, *parts, "</svg>"]) + "\n"


def _text(x, y, text, anchor="start", colour="#222"):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{html.escape(text)}</text>'


def _line(x1, y1, x2, y2, colour="#ccc"):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'


def _steps(most):
    """Round values up to the most, about five of them."""
    raw = max(most, 1e-9) / 5
    scale = 10 ** (len(str(int(raw))) - 1) if raw >= 1 else 0.1
    step = next((scale * n for n in (1, 2, 5, 10) if scale * n >= raw), scale * 10)
    return [step * n for n in range(int(most / step) + 2)]


def time_against_records(measured_all):
    """Wall time of each run against the number of records."""
    records = [one["records"] for one in measured_all]
    names = [name for name in ("examine", "examine gzip", "examine zstd", "examine csv", "duckdb", "duckdb zstd", "hash", "parse")
             if all(name in one["figures"] for one in measured_all)]
    most = max(_median(one["figures"], name) for one in measured_all for name in names)
    steps = _steps(most)
    x = lambda n: LEFT + (WIDTH - LEFT - 150) * n / max(records)  # noqa: E731
    y = lambda s: HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * s / steps[-1]  # noqa: E731
    out = []
    for step in steps:
        out += [_line(LEFT, y(step), WIDTH - 150, y(step)), _text(LEFT - 8, y(step) + 4, f"{step:g}", "end")]
    for n in records:
        out.append(_text(x(n), HEIGHT - BOTTOM + 20, f"{n / 1e6:g} M", "middle"))
    out.append(_text(LEFT, HEIGHT - 14, "records; seconds of wall time, median and spread"))
    for colour, name in zip(COLOURS, names):
        points = [(0, 0)] + [(one["records"], _median(one["figures"], name)) for one in measured_all]
        path = " ".join(f"{x(n):.1f},{y(s):.1f}" for n, s in points)
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for one in measured_all:
            walls = [turn[0] for turn in one["figures"][name]]
            out.append(f'<line x1="{x(one["records"]):.1f}" x2="{x(one["records"]):.1f}" y1="{y(min(walls)):.1f}" '
                       f'y2="{y(max(walls)):.1f}" stroke="{colour}" stroke-width="4"/>')
        last = points[-1]
        out.append(_text(x(last[0]) + 8, y(last[1]) + 4, f"{name} {last[1]:.1f}", colour=colour))
    return _svg("Time against records", out)


def parts(one):
    """CPU of the parts of `examine`, beside the limit: read, two SHA-256 and one parse."""
    figures = one["figures"]
    cpu = lambda name: _median(figures, name, 1)  # noqa: E731
    whole, settled, taken = cpu("examine"), cpu("settle"), cpu("intake")
    read, hashed, parsed = cpu("read"), cpu("hash"), cpu("parse")
    limit = [("read", read), ("two SHA-256", max(hashed - read, 0)), ("one parse", max(parsed - read, 0))]
    ours = [
        ("read, whole SHA-256, cut, read fields, spill", taken),
        ("settle: sort, Parquet", max(settled - taken, 0)),
        ("seal, learn, judge, brief", max(whole - settled, 0)),
    ]
    most = max(whole, sum(seconds for _, seconds in limit))
    x = lambda s: LEFT + (WIDTH - LEFT - 40) * s / most  # noqa: E731
    out = []
    for row, (title, pieces) in enumerate([("the limit", limit), ("examine", ours)]):
        top = TOP + 20 + row * 150
        out.append(_text(LEFT, top, f"{title}: {sum(s for _, s in pieces):.1f} s CPU"))
        begun = 0.0
        for place, (name, seconds) in enumerate(pieces):
            colour = COLOURS[place + 3 * row]
            out.append(f'<rect x="{x(begun):.1f}" y="{top + 10}" width="{x(begun + seconds) - x(begun):.1f}" height="40" fill="{colour}"/>')
            out.append(_text(LEFT, top + 70 + 18 * place, f"{name}: {seconds:.1f} s, {100 * seconds / most:.0f} %", colour=colour))
            begun += seconds
    return _svg(f"Where the time goes, {one['records']:,} records", out)
