import type { UpsCommand } from '../../core/driver';
import { UpsError } from '../../core/errors';
import { inRow, said, type Told } from '../../core/language/sentence';
import type { SettingValue } from '../../core/status/status';
import type { Answers } from './decode';
import { TEST_IN_PROGRESS } from './alarms';
import type { DeltaDevice } from './device';
import type { PollName } from './polls';
import { SETTINGS } from './settings';
import { SETS, encodeSet, type SetName } from './sets';

/** The frames of a command in their order, and the poll that confirms the result. */
export interface Plan {
    /** Data of set frames. */
    frames: string[];
    /** Data of a set frame that is sent when a later frame is refused, so that no half of the command remains. */
    undo?: string;
    /** The poll that confirms the command; undefined: no poll does. */
    shows?: { poll: PollName; outlet?: number; is(answers: Answers): boolean };
    /** The command changes the id or the speed on the line. */
    changes?: { id: number } | { baudRate: number };
    detail?: Told;
}

/**
 * When to send SDR, the time after which the UPS switches on again: before SDA, which starts the countdown, or after it. The
 * protocol leaves it open (UPS serial protocol 1.44, "Regular Format: Set Commands", SDA and SDR). NUT's drivers belkin and
 * tripplitesu send SDR first, so real UPSs accept this order [inferred]; and if the UPS refuses SDR, no countdown has started
 * yet.
 */
export const RETURN_ORDERS = ['before', 'after'] as const;
export type ReturnOrder = (typeof RETURN_ORDERS)[number];

/** Commands as set frames of protocol 1.44. Each is checked against what this UPS offers and the ranges of the protocol. */
export class DeltaCommands {
    constructor(
        private readonly device: DeltaDevice,
        private readonly returnOrder: ReturnOrder = 'before',
    ) {}

    /** Whether the UPS offers the command; the values of this command may still be out of range. */
    supports(command: UpsCommand): boolean {
        try {
            this.plan(command);
            return true;
        } catch (error) {
            if (error instanceof UpsError) return error.code !== 'not-supported';
            throw error;
        }
    }

    /** Plans a command without sending anything. @throws UpsError not-supported, out-of-range, config-invalid, command-failed */
    plan(command: UpsCommand): Plan {
        switch (command.type) {
            case 'shutdown':
                return this.shutdown(command.seconds, command.restoreSeconds, command.scope);
            case 'abort-shutdown':
                return {
                    frames: [this.frame('SDA', 0)],
                    shows: { poll: 'STA', is: ({ STA }) => STA?.shutdownPending === 0 },
                };
            case 'reboot':
                return this.shutdown(0, command.seconds, 'output');
            case 'startup':
                // Only outlets can be switched on (RON); no command starts a UPS that is off.
                throw this.cannot('startup');
            case 'auto-restart':
                return this.setting('autoReboot', command.on);
            case 'test':
                return this.test(command);
            case 'buzzer':
                return this.buzzer(command.state);
            case 'latch-reset':
                throw this.cannot('latch-reset');
            case 'outlet':
                return this.outlet(command.outlet, command.action);
            case 'set':
                return this.setting(command.setting, command.value);
        }
    }

    /**
     * SDT sets what SDA switches off (the UPS stores it), SDA the delay, SDR the minutes until the UPS switches on again. Without
     * SDR, a UPS that was shut down on mains stays off; after an outage it starts when the mains return, if ARB is enabled (UPS
     * serial protocol 1.44, "Regular Format: Set Commands", ARB). SDA with 0 would abort a shutdown, so the delay is at least 1
     * s.
     */
    private shutdown(seconds: number, restoreSeconds: number | undefined, scope: 'output' | 'system'): Plan {
        const frames = [this.frame('SDA', Math.max(1, Math.ceil(seconds)))];
        if (restoreSeconds !== undefined) {
            const back = this.frame('SDR', Math.max(1, Math.ceil(restoreSeconds / 60)));
            if (this.returnOrder === 'before') frames.unshift(back);
            else frames.push(back);
        }
        if (this.device.offers('SDT')) frames.unshift(this.frame('SDT', scope === 'output' ? 1 : 2));
        const details = [
            ...(restoreSeconds === undefined ? [] : [said('delta.countdownOnly')]),
            ...(this.device.offers('SDT') ? [] : [said('delta.noSdt')]),
        ];
        return {
            frames,
            undo: encodeSet('SDA', 0),
            shows: {
                poll: 'STA',
                is: ({ STA }) =>
                    [STA?.shutdownPending, STA?.shutdownImminent, STA?.outputOff, STA?.systemOff].includes(1),
            },
            ...(details.length > 0 ? { detail: inRow(details) } : {}),
        };
    }

    /**
     * A test of a chosen duration is TST 2 with the time of BTV, if the UPS supports BTV [inferred: the description of TST tells
     * applications to send 0, 3 and 4 only]. The voltage of BTV, below which the test fails, stays unchanged.
     */
    private test({ test, minutes = NaN }: UpsCommand & { type: 'test' }): Plan {
        const types = { quick: 3, battery: 3, full: 4, abort: 0, custom: 2, self: undefined };
        const type = types[test];
        const voltage = this.device.answers.BTV?.voltage as number | undefined;
        const unknown = test === 'custom' && (voltage === undefined || !this.device.offers('BTV'));
        if (type === undefined || unknown) throw this.cannot(`test ${test}`);
        const frames = [this.frame('TST', type)];
        if (test === 'custom') frames.unshift(this.frame('BTV', Math.ceil(minutes), voltage!));
        const running = ({ TSR }: Answers) => TSR?.result === TEST_IN_PROGRESS;
        return {
            frames,
            shows: { poll: 'TSR', is: test === 'abort' ? (answers) => !running(answers) : running },
        };
    }

    /** EDB enables the buzzer permanently; BUZ silences it until the next event. */
    private buzzer(state: 'on' | 'off' | 'mute'): Plan {
        if (state === 'off') return this.setting('buzzerEnabled', false);
        const sounds = state === 'on' ? 1 : 2;
        const frames = [this.frame('BUZ', sounds)];
        if (state === 'on' && this.device.offers('EDB')) frames.unshift(this.frame('EDB', 1));
        return { frames, shows: { poll: 'STA', is: ({ STA }) => STA?.buzzer === (state === 'on' ? 1 : 0) } };
    }

    /** A delay of 0 would cancel, so it is at least 1 s. A cycle uses the shortest off and on times of RNF: 1 s and 1 min. */
    private outlet(outlet: string, action: 'on' | 'off' | 'cycle'): Plan {
        const number = /^[1-9][0-9]?$/.test(outlet) ? Number(outlet) : 0;
        if (number < 1 || number > this.device.outletCount) throw this.cannot(`outlet ${outlet}`);
        const shows = (off: number) => ({
            poll: 'SOL' as const,
            outlet: number,
            is: ({ outlets }: Answers) => outlets?.get(number)?.off === off,
        });
        if (action === 'cycle') return { frames: [this.frame('RNF', number, 1, 1)], shows: shows(1) };
        const set = action === 'on' ? 'RON' : 'ROF';
        return { frames: [this.frame(set, number, 1)], shows: shows(action === 'on' ? 0 : 1) };
    }

    private setting(name: string, value: SettingValue): Plan {
        const { [name]: setting } = SETTINGS;
        if (!setting?.set || !setting.write || !this.device.offers(setting.set)) throw this.cannot(`set ${name}`);
        const { read, poll } = setting;
        const frames = [setting.write(value, this.device.answers)];
        const plan: Plan = { frames };
        if (poll && read) plan.shows = { poll, is: (answers) => read(answers) === value };
        if (name === 'upsId') {
            plan.changes = { id: Number(value) };
            plan.detail = said('delta.newId', { id: value });
        }
        if (name === 'baudRate') {
            plan.changes = { baudRate: Number(value) };
            plan.detail = said('delta.newBaud', { baud: value });
        }
        return plan;
    }

    private frame(set: SetName, ...values: number[]): string {
        if (!this.device.offers(set)) throw this.cannot(set);
        return encodeSet(set, ...values);
    }

    private cannot(command: string): UpsError {
        return new UpsError('not-supported', { device: this.device.name, command });
    }
}

/** The acceptance for results: `accepted by the UPS (SDA10, SDR1)`. */
export function accepted({ frames, detail }: Plan): Told {
    const names = frames.filter((frame) => frame.slice(0, 3) in SETS).join(', ');
    return inRow([said('delta.accepted', { answer: names }), ...(detail === undefined ? [] : [detail])]);
}
