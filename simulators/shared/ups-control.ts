import type { AlarmId } from '../../lib/core/status/alarms';
import type { SimulatedUps } from '../../lib/simulation/simulated-ups';
import type { ControlWords } from './control-words';

/** The commands of `handleUpsControl`, for `--help`. */
export const UPS_CONTROL_HELP = `  mains on|off                 mains at the input
  load VA                      load in addition to the named loads
  load NAME on|off             a named load; off starts its shutdown
  charge PERCENT               charge of the battery
  fault ALARM on|off           any alarm, e.g. overload: output-overload, fan-failure, battery-weak, vendor:door
  input VOLTS [HERTZ]          voltage and frequency of the mains
  temperature CELSIUS          temperature of the battery
  test quick|battery|self|full|abort, test custom MINUTES
  shutdown SECONDS [RESTORE]   output off after SECONDS, on again after RESTORE seconds
  abort                        cancel the pending shutdown`;

/**
 * Runs a command of the control channel for the UPS, e.g. `mains off`.
 * @returns undefined if the line is another command; else the value to print with the answer
 * @throws UpsError config-invalid (invalid argument), out-of-range, device-refused
 */
export function handleUpsControl(ups: SimulatedUps, words: ControlWords): { result?: unknown } | undefined {
    const { verb, args } = words;
    switch (verb) {
        case 'mains':
            ups.setMains(words.onOff());
            return {};
        case 'load':
            if (args.length < 2) ups.setLoad(words.number(0));
            else ups.setLoad({ name: args.slice(0, -1).join(' '), on: words.onOff() });
            return {};
        case 'charge':
            ups.setCharge(words.number(0));
            return {};
        case 'fault':
            if (args.length < 2) throw words.notUnderstood();
            ups.setFault(alarmOf(args[0] ?? ''), words.onOff());
            return {};
        case 'input':
            ups.setInput({ voltage: words.number(0), frequency: words.optionalNumber(1) });
            return {};
        case 'temperature':
            ups.setTemperature(words.number(0));
            return {};
        case 'test': {
            const test = words.oneOf(['quick', 'battery', 'self', 'full', 'custom', 'abort'] as const, 0);
            return { result: ups.execute({ type: 'test', test, minutes: words.optionalNumber(1) }) };
        }
        case 'shutdown':
            return {
                result: ups.execute({
                    type: 'shutdown',
                    seconds: words.number(0),
                    restoreSeconds: words.optionalNumber(1),
                    scope: 'output',
                }),
            };
        case 'abort':
            return { result: ups.execute({ type: 'abort-shutdown' }) };
        default:
            return undefined;
    }
}

/** Common names of alarms that have another name in RFC 1628. */
function alarmOf(name: string): AlarmId {
    return (name === 'overload' ? 'output-overload' : name) as AlarmId;
}
