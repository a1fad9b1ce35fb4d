import { ControlWords } from '../shared/control-words';
import { handleUpsControl, UPS_CONTROL_HELP } from '../shared/ups-control';
import type { Rfc1628Card } from './card';

/** The commands of `handleControl`, for `--help`. */
export const CONTROL_HELP = `${UPS_CONTROL_HELP}
  silent on|off                answer nothing, send nothing
  slow MILLISECONDS            delay each answer
  garbage on|off               answer with invalid bytes
  wrong-types on|off           send Gauge32 instead of INTEGER
  status                       print the reading
  quit`;

/**
 * Runs one command of the control channel, e.g. `mains off`.
 * @returns the value to print with the answer
 * @throws UpsError config-invalid (unknown command), out-of-range, device-refused
 */
export function handleControl(card: Rfc1628Card, line: string): unknown {
    const words = new ControlWords(line);
    const { ups, faults } = card;
    const obeyed = handleUpsControl(ups, words);
    if (obeyed) return obeyed.result;
    switch (words.verb) {
        case 'silent':
            return void (faults.silent = words.onOff());
        case 'slow':
            return void (faults.slowMs = words.number(0));
        case 'garbage':
            return void (faults.garbage = words.onOff());
        case 'wrong-types':
            return void (faults.wrongTypes = words.onOff());
        case 'status':
            return { ...ups.reading(), requests: card.requests };
        default:
            throw words.notUnderstood();
    }
}
