import { SETS, type SetName } from '../../lib/protocols/delta/sets';
import { ControlWords } from '../shared/control-words';
import { UPS_CONTROL_HELP, handleUpsControl } from '../shared/ups-control';
import { RETURN_INTERPRETATIONS, type DeltaUps } from './delta-ups';

/** The commands of `handleControl`, for `--help`. */
export const CONTROL_HELP = `${UPS_CONTROL_HELP}
  silent on|off                answer nothing
  stall BYTES | stall off      send only the first BYTES of each answer
  garbage on|off               send invalid bytes before each answer
  length N                     state a length that is N too large (negative: too small)
  acknowledge on|off           acknowledge set commands
  reject COMMAND on|off        reject a set command, e.g. reject SDR on
  return any|before|after      interpretation of SDR
  status                       print the reading and the stored values
  quit`;

/**
 * Runs one command of the control channel, e.g. `mains off`.
 * @returns the value to print with the answer
 * @throws UpsError config-invalid (unknown command), out-of-range, device-refused
 */
export function handleControl(device: DeltaUps, line: string): unknown {
    const words = new ControlWords(line);
    const done = handleUpsControl(device.ups, words);
    if (done) return done.result;
    const { faults } = device;
    switch (words.verb) {
        case 'silent':
            return void (faults.silent = words.onOff());
        case 'stall':
            return void (faults.stallAfter = words.args[0] === 'off' ? undefined : words.number(0));
        case 'garbage':
            return void (faults.garbage = words.onOff());
        case 'length':
            return void (faults.lengthError = words.number(0));
        case 'acknowledge':
            return void (faults.noAcknowledge = !words.onOff());
        case 'reject': {
            const name = words.oneOf(Object.keys(SETS) as SetName[], 0);
            faults.reject = faults.reject.filter((other) => other !== name);
            if (words.onOff()) faults.reject.push(name);
            return undefined;
        }
        case 'return':
            return void (device.returnOrder = words.oneOf(RETURN_INTERPRETATIONS, 0));
        case 'status':
            return { ...device.ups.reading(), id: device.id, memory: device.memory, requests: device.requests };
        default:
            throw words.notUnderstood();
    }
}
