// Child process: one figure of one contestant.
import { Arena } from './arena.mjs';
import { ROWS } from './rows.mjs';

async function figure([row, contestant, warmUpMs, measureMs]) {
  const { needs, measure } = ROWS[row];
  const { open } = await import(`./contestants/${contestant}.mjs`);
  const arena = await Arena.of(open);
  if (needs && !arena.system[needs]) return null;
  return measure(arena, { warmUpMs: Number(warmUpMs), measureMs: Number(measureMs) });
}

const answer = await figure(process.argv.slice(2)).then(
  (value) => ({ value }),
  (error) => ({ error: String(error) }),
);
process.send(answer, () => process.exit()); // stopping the actors would take longer, and says nothing
