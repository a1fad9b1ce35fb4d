import { Alarm } from './alarm';
import type { ContactState, Measurements } from './measurements';
import {
    ANALOG_CHANNELS,
    INPUT_NUMBERS,
    type AnalogChannel,
    type AnalogSettings,
    type InputNumber,
    type OutputNumber,
    type RmcuSettings,
} from './settings';

export type AlarmKind = 'under' | 'over' | 'digital';
export type InputChannel = `input-${InputNumber}`;

/** One edge of one alarm. */
export interface AlarmEdge {
    channel: AnalogChannel | InputChannel;
    kind: AlarmKind;
    active: boolean;
    /** In the unit of the channel, or the state of the contact. */
    value: number | ContactState;
    mail: boolean;
    contacts: readonly OutputNumber[];
    /** Whether the device sends, logs and switches now (the logging schedule). */
    armed: boolean;
}

interface Watched {
    channel: AlarmEdge['channel'];
    kind: AlarmKind;
    alarm: { readonly active: boolean; clear(): boolean };
    sample(at: number, armed: boolean): 'begin' | 'end' | undefined;
    value(): AlarmEdge['value'];
    effects(): Pick<AlarmEdge, 'mail' | 'contacts'>;
}

/** All alarms of the device: under and over of each analog channel, each with its own latch, and one of each digital input. */
export class AlarmBoard {
    private readonly watched: Watched[];

    constructor(
        private readonly settings: RmcuSettings,
        private readonly measurements: Measurements,
        private readonly onEdge: (edge: AlarmEdge) => void,
    ) {
        this.watched = [
            ...ANALOG_CHANNELS.flatMap((channel) => [this.limit(channel, 'under'), this.limit(channel, 'over')]),
            ...INPUT_NUMBERS.map((number) => this.contact(number)),
        ];
    }

    /** Weighs the present samples. @param at monotonic ms */
    sample(at: number, armed: boolean): void {
        for (const watched of this.watched) {
            const edge = watched.sample(at, armed);
            if (edge) this.tell(watched, edge === 'begin', armed);
        }
    }

    isActive(channel: AlarmEdge['channel'], kind?: AlarmKind): boolean {
        return this.watched.some(
            (each) => each.channel === channel && (kind === undefined || each.kind === kind) && each.alarm.active,
        );
    }

    /** Clears all alarms by hand, latched ones too. */
    clear(armed: boolean): void {
        for (const watched of this.watched) if (watched.alarm.clear()) this.tell(watched, false, armed);
    }

    /** Forgets all alarms, and tells nobody. */
    reset(): void {
        for (const { alarm } of this.watched) alarm.clear();
    }

    private tell(watched: Watched, active: boolean, armed: boolean): void {
        const { channel, kind } = watched;
        this.onEdge({ channel, kind, active, value: watched.value(), ...watched.effects(), armed });
    }

    private limit(channel: AnalogChannel, kind: 'under' | 'over'): Watched {
        const side = () => (this.settings.analog[channel] as AnalogSettings)[kind];
        const sign = kind === 'over' ? 1 : -1;
        const value = () => this.measurements.value(channel);
        const alarm = new Alarm<number>({
            beyond: (reading) => {
                const limits = side();
                return limits !== undefined && sign * (reading - limits.threshold) > 0;
            },
            recovered: (reading) => {
                const limits = side();
                return limits === undefined || sign * (reading - limits.recovery) <= 0;
            },
            autoRecovery: () => side()?.autoRecovery ?? true,
            durationMs: () => this.settings.analog[channel].durationSeconds * 1000,
        });
        return {
            channel,
            kind,
            alarm,
            value,
            sample: (at, armed) => alarm.sample(value(), at, armed),
            effects: () => ({ mail: side()?.mail ?? false, contacts: side()?.contacts ?? [] }),
        };
    }

    private contact(number: InputNumber): Watched {
        const input = () => this.settings.inputs[number];
        const value = () => this.measurements.input(number);
        const alarm = new Alarm<ContactState>({
            beyond: (state) => state === input().condition,
            recovered: () => true,
            autoRecovery: () => true,
            durationMs: () => input().durationSeconds * 1000,
        });
        return {
            channel: `input-${number}`,
            kind: 'digital',
            alarm,
            value,
            sample: (at, armed) => alarm.sample(value(), at, armed),
            effects: () => ({ mail: input().mail, contacts: input().contacts }),
        };
    }
}
