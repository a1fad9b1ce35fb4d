import { ControlWords } from '../shared/control-words';
import { MODES } from './course';
import type { Duramax } from './duramax';

/** The commands of `handleControl`, for `--help`. */
export const CONTROL_HELP = `  input VOLTS            voltage of the input, DC; 0 = it has failed; above 32 the overvoltage protection acts
  mains on|off           24 V at the input, or 0
  temperature CELSIUS    above 70 it switches off, and latches
  load AMPERES           what the output has to deliver
  charge PERCENT         charge of the battery
  replace                a new battery, after one without protection was discharged to its end
  mode user|pc|fixed     the rotary switch; fixed stands for all its other positions
  unplug on|off          the cable is out
  stall BYTES | off      send only the first BYTES of each answer
  checksum good|bad      of the answers
  garbage on|off         send bytes that belong to no frame before each answer
  acknowledge on|off     acknowledge changes
  late MS                answer so many milliseconds later
  status                 print the state
  quit`;

/**
 * Runs one command of the control channel, e.g. `input 33`.
 * @returns the value to print with the answer
 * @throws UpsError config-invalid (unknown command), out-of-range
 */
export function handleControl(device: Duramax, line: string): unknown {
    const words = new ControlWords(line);
    const { ups, faults } = device;
    switch (words.verb) {
        case 'input':
            return ups.setInput(words.number(0));
        case 'mains':
            return ups.setInput(words.onOff() ? 24 : 0);
        case 'temperature':
            return ups.setTemperature(words.number(0));
        case 'load':
            return ups.setLoad(words.number(0));
        case 'charge':
            return ups.setCharge(words.number(0));
        case 'replace':
            return ups.replaceBattery();
        case 'mode':
            return ups.setMode(words.oneOf(MODES, 0));
        case 'unplug':
            return device.unplug(words.onOff());
        case 'stall':
            return void (faults.stallAfter = words.args[0] === 'off' ? undefined : words.number(0));
        case 'checksum':
            return void (faults.badChecksum = words.oneOf(['good', 'bad'], 0) === 'bad');
        case 'garbage':
            return void (faults.garbage = words.onOff());
        case 'acknowledge':
            return void (faults.noAcknowledge = !words.onOff());
        case 'late':
            return void (faults.delayMs = words.number(0));
        case 'status':
            return { ...ups.view(), identity: device.identity, requests: device.requests };
        default:
            throw words.notUnderstood();
    }
}
