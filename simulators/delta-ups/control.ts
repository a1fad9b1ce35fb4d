import { SETS, type SetName } from '../../lib/protocols/delta/sets';
import { ControlWords } from '../shared/control-words';
import { UPS_CONTROL_HELP, handleUpsControl } from '../shared/ups-control';
import { RETURN_INTERPRETATIONS, type DeltaUps } from './delta-ups';

/** The commands of `handleControl`, for `--help`. */
export const CONTROL_HELP = `${UPS_CONTROL_HELP}
  silent on|off                answer nothing
  stall BYTES | stall off      send only so many bytes of each answer
  garbage on|off               bytes of no frame before each answer
  length N                     state N more bytes than are sent (negative: fewer)
  acknowledge on|off           set commands are acknowledged
  reject COMMAND on|off        e.g. reject SDR on
  return any|before|after      how SDR is understood
  status                       print the reading and what is kept
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
