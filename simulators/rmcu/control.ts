import { ControlWords } from '../shared/control-words';
import type { Rmcu } from './rmcu';
import { ANALOG_CHANNELS, INPUT_NUMBERS, OUTPUT_NUMBERS } from './settings';
import { handleSettings, numberOf, SETTINGS_HELP } from './settings-control';

/** The commands of `handleControl`, for `--help`. */
export const CONTROL_HELP = `  ac on|off|VOLTS              mains at the input
  load AMPS                    what the loads draw
  charge PERCENT               charge of the battery
  temperature FAHRENHEIT       inside the device
  force CHANNEL NUMBER|off     the sensor of a channel reads NUMBER, also beyond its range
  input N open|closed|off      what is wired to a digital input; off: as in the factory
  output N active|inactive     as by the button of the front panel
  clear-alarms                 also latched ones
${SETTINGS_HELP}
  log append|clear
  test mail|trap
  reboot
  silent on|off                answer nothing, send nothing
  slow MILLISECONDS            delay each answer
  cut BYTES [broken]|off       pages end after BYTES; broken: the connection breaks there
  wrong-enum on|off            states have a number that the MIB file does not list
  text-values on|off           numbers come as texts with their unit, e.g. 13.2 Volts
  card-full on|off             the SD card holds no more: the oldest rows go
  clock SECONDS                the clock of the device jumps
  status                       print the status lines
  quit`;

const AC_ON_VOLTS = 116.7;

/**
 * Runs one command of the control channel, e.g. `ac off`.
 * @returns the value to print with the answer
 * @throws UpsError config-invalid (unknown command), out-of-range
 */
export function handleControl(rmcu: Rmcu, line: string): unknown {
    const words = new ControlWords(line);
    const { device, faults } = rmcu;
    const [word] = words.args;
    if (handleSettings(device, words)) return undefined;
    switch (words.verb) {
        case 'ac':
            if (word === 'on' || word === 'off') return device.plant.setAc(word === 'on' ? AC_ON_VOLTS : 0);
            return device.plant.setAc(words.number(0));
        case 'load':
            return device.plant.setLoad(words.number(0));
        case 'charge':
            return device.plant.setCharge(words.number(0));
        case 'temperature':
            return device.plant.setTemperature(words.number(0));
        case 'force': {
            const value = words.args[1] === 'off' ? undefined : words.number(1);
            return device.measurements.force(words.oneOf(ANALOG_CHANNELS, 0), value);
        }
        case 'input': {
            const state = words.oneOf(['open', 'closed', 'off'] as const, 1);
            return device.measurements.wire(numberOf(words, 0, INPUT_NUMBERS), state === 'off' ? undefined : state);
        }
        case 'output': {
            const active = words.oneOf(['active', 'inactive'] as const, 1) === 'active';
            return device.outputs.set(numberOf(words, 0, OUTPUT_NUMBERS), active, 'panel');
        }
        case 'clear-alarms':
            return device.clearAlarms();
        case 'log':
            return words.oneOf(['append', 'clear'] as const, 0) === 'append' ? device.appendNow() : device.log.clear();
        case 'test':
            return words.oneOf(['mail', 'trap'] as const, 0) === 'mail' ? device.sendTestMail() : device.sendTestTrap();
        case 'reboot':
            return device.reboot();
        case 'silent':
            return void (faults.silent = words.onOff());
        case 'slow':
            return void (faults.slowMs = words.number(0));
        case 'cut':
            faults.cutPage =
                word === 'off' ? undefined : { bytes: words.number(0), broken: words.args[1] === 'broken' };
            return undefined;
        case 'wrong-enum':
            return void (faults.wrongEnum = words.onOff());
        case 'text-values':
            return void (faults.textValues = words.onOff());
        case 'card-full':
            return device.log.fill(words.onOff());
        case 'clock':
            return device.clock.jump(words.number(0) * 1000);
        case 'status':
            return { lines: device.display.statusLines(), ...device.plant.reading(), requests: rmcu.requests };
        default:
            throw words.notUnderstood();
    }
}
