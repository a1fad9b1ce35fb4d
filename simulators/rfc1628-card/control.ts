import type { AlarmId } from '../../lib/core/status/alarms';
import { UpsError } from '../../lib/core/errors';
import type { Rfc1628Card } from './card';

/** The lines that `obey` understands, for `--help`. */
export const CONTROL_HELP = `  mains on|off                 the input
  load VA                      the load beyond the named ones
  load NAME on|off             a named load; off begins its shutdown
  charge PERCENT               the battery's charge
  fault ALARM on|off           any alarm, e.g. overload: output-overload, fan-failure, battery-weak, vendor:door
  input VOLTS [HERTZ]          the input while mains is on
  temperature CELSIUS          the battery
  test quick|battery|self|full|abort, test custom MINUTES
  shutdown SECONDS [RESTORE]   then the output goes off (and comes back)
  abort                        the pending shutdown
  silent on|off                answer nothing, send nothing
  slow MILLISECONDS            answer later
  garbage on|off               answer with rubbish
  wrong-types on|off           Gauge32 where INTEGER is due
  status                       print the reading
  quit`;

/**
 * Obeys one line of the control channel, e.g. `mains off`.
 * @returns what is to be printed with the answer
 * @throws UpsError config-invalid (not understood), out-of-range, device-refused
 */
export function obey(card: Rfc1628Card, line: string): unknown {
    const [verb = '', ...args] = line.trim().split(/\s+/);
    const { ups, faults } = card;
    const last = () => onOff(args.at(-1), line);
    switch (verb) {
        case 'mains':
            return ups.setMains(last());
        case 'load':
            if (args.length < 2) return ups.setLoad(numberOf(args[0], line));
            return ups.setLoad({ name: args.slice(0, -1).join(' '), on: last() });
        case 'charge':
            return ups.setCharge(numberOf(args[0], line));
        case 'fault':
            if (args.length < 2) throw notUnderstood(line);
            return ups.setFault(alarmOf(args[0] ?? ''), last());
        case 'input':
            return ups.setInput({
                voltage: numberOf(args[0], line),
                frequency: args[1] === undefined ? undefined : numberOf(args[1], line),
            });
        case 'temperature':
            return ups.setTemperature(numberOf(args[0], line));
        case 'test':
            return ups.execute({
                type: 'test',
                test: oneOf(['quick', 'battery', 'self', 'full', 'custom', 'abort'] as const, args[0], line),
                minutes: args[1] === undefined ? undefined : numberOf(args[1], line),
            });
        case 'shutdown':
            return ups.execute({
                type: 'shutdown',
                seconds: numberOf(args[0], line),
                restoreSeconds: args[1] === undefined ? undefined : numberOf(args[1], line),
                scope: 'output',
            });
        case 'abort':
            return ups.execute({ type: 'abort-shutdown' });
        case 'silent':
            return void (faults.silent = last());
        case 'slow':
            return void (faults.slowMs = numberOf(args[0], line));
        case 'garbage':
            return void (faults.garbage = last());
        case 'wrong-types':
            return void (faults.wrongTypes = last());
        case 'status':
            return { ...ups.reading(), requests: card.requests };
        default:
            throw notUnderstood(line);
    }
}

/** Everyday names for alarms that RFC 1628 calls otherwise. */
function alarmOf(name: string): AlarmId {
    return (name === 'overload' ? 'output-overload' : name) as AlarmId;
}

function onOff(word: string | undefined, line: string): boolean {
    return oneOf(['on', 'off'] as const, word, line) === 'on';
}

function oneOf<T extends string>(words: readonly T[], word: string | undefined, line: string): T {
    const found = words.find((candidate) => candidate === word);
    if (found === undefined) throw notUnderstood(line);
    return found;
}

function numberOf(word: string | undefined, line: string): number {
    const value = Number(word);
    if (word === undefined || !Number.isFinite(value)) throw notUnderstood(line);
    return value;
}

function notUnderstood(line: string): UpsError {
    return new UpsError('config-invalid', {
        property: 'line',
        value: line,
        expected: 'one of those that --help lists',
    });
}
