"""The command of a lab: options, seeds, and what is printed."""

import argparse
import importlib
import shutil
import time
from pathlib import Path

from lab import examine, needs
from lab.clock import AsWritten
from lab.house import House
from lab.score import Case, Score, compare, compare_cut

EXIT_CODES = """
exit codes: 0 everything is as it must be; 1 something is not, or the run failed; 2 usage;
77 not run, because something the lab needs cannot be had here (nothing was shown)
"""


def main(name, here):
    """Runs a lab; its exit code."""
    options = _options(name)
    start = time.monotonic()
    total = Score()
    try:
        demarche = examine.program(options.program)
        for seed in options.seeds:
            score = _run(name, seed, options, demarche)
            total.add(score)
            if len(options.seeds) > 1:
                show(f"{name} seed {seed}", score, brief=True)
    except needs.NotRun as why:
        print(f"{name} lab: NOT RUN: {why}")
        return needs.NOT_RUN
    except KeyboardInterrupt:
        print(f"{name} lab: interrupted; everything it started is ended and removed")
        return 130
    seconds = time.monotonic() - start
    print(f"{name} lab: {len(options.seeds)} seeds in {seconds:.0f} s")
    return show(f"{name} lab", total)


def _options(name):
    parser = argparse.ArgumentParser(
        prog=f"labs/{name}/run",
        description=f"Runs the {name} lab: real servers, clients and intruders; examines; compares.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seed", type=int, help="one story (default 1)")
    parser.add_argument("--seeds", type=_span, metavar="A..B", help="stories A to B")
    parser.add_argument(
        "--stretch", type=int, action="append", metavar="DAYS",
        help="tell the story over so many days; 0: as it was written (default 0, may be repeated)",
    )
    parser.add_argument("--keep", type=Path, metavar="DIR", help="leave logs, truth and case here")
    parser.add_argument("--program", metavar="PATH", help="the demarche to try (default: build it)")
    options = parser.parse_args()
    if options.seeds is None:
        options.seeds = [1 if options.seed is None else options.seed]
    options.stretch = options.stretch or [0]
    return options


def _span(text):
    first, _, last = text.partition("..")
    return list(range(int(first), int(last or first) + 1))


def _run(name, seed, options, demarche):
    """One story, told in each of the ways asked for."""
    total = Score()
    story_of, write, cuts = _parts(name)
    with House(name) as house:
        story = story_of(house, seed)
        for n_days in options.stretch:
            way = "plain" if n_days == 0 else f"over {n_days} days"
            folder = house.folder / f"told-{n_days}"
            told = AsWritten() if n_days == 0 else story.clock.over(n_days)
            truth = write(story, told, folder)
            truth["seed"] = seed
            score = _judge(demarche, folder, truth, story.mappings)
            for cut_name, span, cut_folder in cuts(story, folder, truth):
                case = cut_folder / "case"
                examine.examine(demarche, cut_folder / "logs", case, story.mappings)
                score.add(compare_cut(truth, Case(case), (cut_name, span)))
            score.faults = [f"{name} seed {seed}, {way}: {fault}" for fault in score.faults]
            total.add(score)
            if options.keep:
                kept = options.keep / f"{name}-{seed}-{n_days}"
                shutil.rmtree(kept, ignore_errors=True)
                shutil.copytree(folder, kept)
                print(f"kept: {kept}")
    return total


def _judge(demarche, folder, truth, mappings):
    case = folder / "case"
    examine.examine(demarche, folder / "logs", case, mappings)
    return compare(truth, Case(case))


def _parts(name):
    """The lab's own modules: how its story is played, written, and cut."""
    lab = importlib.import_module(f"{name}_lab")
    return lab.play, lab.write, lab.cuts


def show(name, score, brief=False):
    """Prints a score; the exit code."""
    if not brief:
        for what, count in sorted(score.counts.items()):
            print(f"  {what}: {count}")
        for fault in score.faults:
            print(f"  MISMATCH {fault}")
    print(f"{name}: {'as it must be' if not score.faults else f'{len(score.faults)} MISMATCHES'}", flush=True)
    return 1 if score.faults else 0
