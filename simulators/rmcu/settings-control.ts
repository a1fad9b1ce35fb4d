import { UpsError } from '../../lib/core/errors';
import type { ControlWords } from '../shared/control-words';
import type { RmcuDevice } from './device';
import { minuteOf } from './device-clock';
import {
    ANALOG_CHANNELS,
    checkPulse,
    checkRange,
    INPUT_NUMBERS,
    OUTPUT_NUMBERS,
    type AlarmSide,
    type OutputNumber,
    type Schedule,
} from './settings';

/** The commands of `handleSettings`, for `--help`. CHANNEL: ac, temperature, analog-1 … analog-6. */
export const SETTINGS_HELP = `  alarm CHANNEL under|over threshold|recovery NUMBER
  alarm CHANNEL under|over auto-recovery|mail on|off
  alarm CHANNEL under|over contacts none|1,2,3
  alarm CHANNEL duration SECONDS
  input-alarm N open|closed|none [SECONDS]   which state is an alarm, and for how long it must last
  pulse N SECONDS|off          the output becomes inactive again after SECONDS (0.5 at least)
  schedule N OUTPUT active|inactive HH:MM HH:MM DAYS   DAYS: 0 = Sunday, e.g. 1,2,3,4,5
  schedule N off
  logging-schedule HH:MM HH:MM DAYS|off   the only time to log, to raise and send alarms
  log-rate MINUTES             0, or 1 to 60
  log-alarms on|off
  name CHANNEL|input-N|output-N [TEXT]   without TEXT the channel is hidden
  digits N                     digits after the decimal on the pages
  temperature-unit F|C
  mail-interval MINUTES        minimum interval of mails`;

/**
 * Changes a setting by one line of the control channel.
 * @returns false if the line is another command
 * @throws UpsError config-invalid, out-of-range
 */
export function handleSettings(device: RmcuDevice, words: ControlWords): boolean {
    const { settings } = device;
    switch (words.verb) {
        case 'alarm':
            setAlarm(device, words);
            return true;
        case 'input-alarm': {
            const input = settings.inputs[numberOf(words, 0, INPUT_NUMBERS)];
            input.condition = words.oneOf(['open', 'closed', 'none'] as const, 1);
            input.durationSeconds = checkRange('seconds', words.optionalNumber(2) ?? 0, 0, 86_400);
            return true;
        }
        case 'pulse': {
            const output = settings.outputs[numberOf(words, 0, OUTPUT_NUMBERS)];
            if (words.args[1] !== 'off') output.pulseSeconds = checkPulse(words.number(1));
            output.pulse = words.args[1] !== 'off';
            return true;
        }
        case 'schedule': {
            const index = checkRange('schedule', words.number(0), 1, settings.schedules.length) - 1;
            const before = settings.schedules[index];
            if (!before) throw words.notUnderstood();
            if (words.args[1] === 'off') settings.schedules[index] = { ...before, enabled: false };
            else {
                const output = numberOf(words, 1, OUTPUT_NUMBERS);
                const active = words.oneOf(['active', 'inactive'] as const, 2) === 'active';
                settings.schedules[index] = { ...windowOf(words, 3), output, active };
            }
            return true;
        }
        case 'logging-schedule':
            if (words.args[0] === 'off') settings.loggingSchedule.enabled = false;
            else settings.loggingSchedule = windowOf(words, 0);
            return true;
        case 'log-rate':
            device.setLogRate(words.number(0));
            return true;
        case 'log-alarms':
            settings.log.alarms = words.onOff();
            return true;
        case 'name':
            setName(device, words);
            return true;
        case 'digits':
            settings.digits = checkRange('digits', words.number(0), 0, 3);
            return true;
        case 'temperature-unit':
            settings.temperatureUnit = words.oneOf(['F', 'C'] as const, 0);
            return true;
        case 'mail-interval':
            settings.mail.minimumMinutes = checkRange('minutes', words.number(0), 0, 1440);
            return true;
        default:
            return false;
    }
}

function setAlarm({ settings }: RmcuDevice, words: ControlWords): void {
    const channel = settings.analog[words.oneOf(ANALOG_CHANNELS, 0)];
    if (words.args[1] === 'duration') {
        channel.durationSeconds = checkRange('seconds', words.number(2), 0, 86_400);
        return;
    }
    const kind = words.oneOf(['under', 'over'] as const, 1);
    const side: AlarmSide = channel[kind] ?? {
        threshold: 0,
        recovery: 0,
        autoRecovery: true,
        mail: true,
        contacts: [],
    };
    const what = words.oneOf(['threshold', 'recovery', 'auto-recovery', 'mail', 'contacts'] as const, 2);
    if (what === 'threshold' || what === 'recovery') side[what] = words.number(3);
    else if (what === 'auto-recovery') side.autoRecovery = words.onOff();
    else if (what === 'mail') side.mail = words.onOff();
    else side.contacts = contactsOf(words, 3);
    channel[kind] = side;
}

function setName({ settings }: RmcuDevice, words: ControlWords): void {
    const [place = '', ...rest] = words.args;
    const [, kind, digit] = /^(input|output)-(\d)$/.exec(place) ?? [];
    const number = OUTPUT_NUMBERS.find((each) => String(each) === digit);
    const name = rest.join(' ');
    if (kind === 'input' && number) settings.inputs[number].name = name;
    else if (kind === 'output' && number) settings.outputs[number].name = name;
    else settings.analog[words.oneOf(ANALOG_CHANNELS, 0)].name = name;
}

/** @throws UpsError config-invalid */
export function numberOf<T extends number>(words: ControlWords, index: number, numbers: readonly T[]): T {
    const found = numbers.find((each) => String(each) === words.args[index]);
    if (found === undefined) throw words.notUnderstood();
    return found;
}

function contactsOf(words: ControlWords, index: number): OutputNumber[] {
    const word = words.args[index];
    if (word === 'none') return [];
    return (word ?? '').split(',').map((part) => {
        const found = OUTPUT_NUMBERS.find((each) => String(each) === part);
        if (found === undefined) throw words.notUnderstood();
        return found;
    });
}

function windowOf(words: ControlWords, index: number): Schedule {
    const [from = '', to = '', list = ''] = words.args.slice(index);
    for (const time of [from, to])
        if (Number.isNaN(minuteOf(time)))
            throw new UpsError('config-invalid', { property: 'time', value: time, expected: 'HH:MM' });
    const days = list.split(',').map((day) => checkRange('day', /^\d$/.test(day) ? Number(day) : NaN, 0, 6));
    return { enabled: true, from, to, days };
}
