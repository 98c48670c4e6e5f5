import { median, table } from '../figures.mjs';
import { verdicts } from '../verdicts.mjs';
import { CONTESTANTS, FOOTNOTES } from './contestants.mjs';
import { PROMISES } from './promises.mjs';
import { ROWS } from './rows.mjs';

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });
const show = (value) => compact.format(value);
const middle = (values) => show(median(values));
const spread = (values) => `${show(Math.min(...values))}-${show(Math.max(...values))}`;

/** The ratio in each round: what slows the machine down for some seconds slows both. */
const ratios = (ours, theirs) => ours.map((value, round) => value / theirs[round]);

/** A line for each of `ROWS`, a column for each contestant and one for ours beside nact; `cell` shows the figures of all rounds. */
function tableOf(figures, heading, cell) {
  const lines = Object.entries(ROWS).map(([row, { title }]) => {
    const { abaco, nact } = figures[row];
    const cells = CONTESTANTS.map(({ key }) => (figures[row][key][0] === null ? '-' : cell(figures[row][key])));
    return [title, ...cells, cell(ratios(abaco, nact))];
  });
  return table([[heading, ...CONTESTANTS.map(({ title }) => title), 'ours / nact'], ...lines]);
}

const CLOCK =
  'A second is one of the thread that runs the actors: what other programs take of the machine meanwhile does not count.';

/** The measured value of each promise, by its key. */
function valuesOf(figures) {
  const besideNact = (row) => median(ratios(figures[row].abaco, figures[row].nact));
  return {
    one: besideNact('one'),
    many: besideNact('many'),
    askSequential: besideNact('askSequential'),
    askInFlight: besideNact('askInFlight'),
    heap: median(figures.heap.abaco),
    crowd: median(ratios(figures.parent.abaco, figures.childless.abaco)),
  };
}

/** The report for the terminal, and whether every promise is `kept`. */
export function report({ machine, rounds, figures, repeated }) {
  const promises = verdicts('promise of libs/actors', PROMISES, valuesOf(figures));
  const text = [
    `Machine: ${machine}`,
    tableOf(figures, `median of ${rounds} rounds`, middle),
    tableOf(figures, 'lowest and highest', spread),
    [CLOCK, ...FOOTNOTES, ...repeated].join('\n'),
    promises.text,
  ].join('\n\n');
  return { text, kept: promises.kept };
}
