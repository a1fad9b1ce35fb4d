import type { CommandResult, UpsCommand } from '../../core/driver';
import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import type { SettingValue } from '../../core/status/status';
import type { NutClient, Outcome } from './client';
import { BUZZER_COMMANDS, TEST_COMMANDS } from './instant-commands';
import { writeValue } from './settings';
import { plainNumber, type Variables } from './values';

/** What upsd has reported about one UPS so far. */
export interface NutAbilities {
    variables: Variables;
    writable: ReadonlySet<string>;
    commands: ReadonlySet<string>;
}

/** How a command is carried out on this UPS: first settings, then one instant command, then a check that it worked. */
interface Plan {
    sets: [string, SettingValue][];
    instant?: string;
    /** Undefined: nothing shows it. */
    shows?: (variables: Variables) => boolean;
}

const CONFIRM_MS = 500;
const CONFIRM_TRIES = 8;

const is = (name: string, pattern: RegExp) => (variables: Variables) => pattern.test(variables.get(name) ?? '');
const counts = (name: string) => (variables: Variables) => (plainNumber(variables.get(name)) ?? -1) >= 0;

/** Commands as NUT's instant commands and variables (RFC 9271 sections 4.2.5, 4.2.10 and 5.2). */
export class NutCommands {
    constructor(
        private readonly host: string,
        private readonly client: NutClient,
        private readonly abilities: () => NutAbilities,
    ) {}

    supports(command: UpsCommand): boolean {
        try {
            this.plan(command);
            return true;
        } catch (error) {
            if (error instanceof UpsError) return error.code === 'out-of-range';
            throw error;
        }
    }

    /** Sends it. @returns the remaining step: the check that it worked. @throws UpsError */
    async send(command: UpsCommand): Promise<() => Promise<CommandResult>> {
        const plan = this.plan(command);
        const values: [string, string][] = [];
        // Everything is checked before anything is sent.
        for (const [name, value] of plan.sets) {
            values.push([name, writeValue(this.host, name, await this.client.typeOf(name), value)]);
        }
        let outcome: Outcome = 'accepted';
        for (const [name, text] of values) outcome = await this.client.set(name, text);
        if (plan.instant) outcome = await this.client.instantCommand(plan.instant);
        const shows = plan.instant
            ? plan.shows
            : (variables: Variables) => values.every((set) => holds(variables, set));
        return () => this.confirm(shows, outcome);
    }

    private async confirm(shows: Plan['shows'], outcome: Outcome): Promise<CommandResult> {
        const detail = outcome === 'done' ? said('nut.success') : said('nut.accepted');
        for (let tries = 0; shows && tries < CONFIRM_TRIES; tries++) {
            const variables = await this.client.variables().catch((error: unknown) => {
                // The order was sent: a failed read-back does not undo it.
                if (error instanceof UpsError) return undefined;
                throw error;
            });
            if (!variables) break;
            if (shows(variables)) return { confirmed: true, detail };
            await this.client.pause(CONFIRM_MS);
        }
        return { confirmed: false, detail };
    }

    /** @throws UpsError not-supported, out-of-range */
    private plan(command: UpsCommand): Plan {
        switch (command.type) {
            case 'shutdown':
                return this.shutdown(command);
            case 'abort-shutdown':
                return this.instant(
                    command.type,
                    ['shutdown.stop'],
                    (variables) => !counts('ups.timer.shutdown')(variables),
                );
            case 'startup':
                if (command.seconds === 0) {
                    return this.instant(
                        command.type,
                        ['load.on'],
                        (variables) => !is('ups.status', /\bOFF\b/)(variables),
                    );
                }
                return {
                    ...this.instant(command.type, ['load.on.delay'], counts('ups.timer.start')),
                    sets: this.delay('ups.delay.start', command.seconds),
                };
            case 'reboot':
                return this.instant(command.type, ['shutdown.reboot'], counts('ups.timer.reboot'));
            case 'auto-restart':
                return this.set('ups.start.auto', command.on);
            case 'test':
                return this.test(command);
            case 'buzzer': {
                const shown = is('ups.beeper.status', BUZZER_SHOWN[command.state]);
                return this.instant(`buzzer ${command.state}`, BUZZER_COMMANDS[command.state], shown);
            }
            case 'outlet': {
                const { outlet, action } = command;
                const place = `outlet.${outlet}`;
                const names = action === 'cycle' ? ['load.cycle', 'shutdown.return'] : [`load.${action}`];
                const shown = action === 'cycle' ? undefined : is(`${place}.status`, new RegExp(`^${action}\\b`, 'i'));
                return this.instant(
                    `outlet ${outlet} ${action}`,
                    names.map((name) => `${place}.${name}`),
                    shown,
                );
            }
            case 'latch-reset':
                throw this.cannot(command.type);
            case 'set':
                return this.set(command.setting, command.value);
        }
    }

    /** With `restoreSeconds` the output comes back with the mains, else it stays off. NUT switches the load, never "the system". */
    private shutdown(command: UpsCommand & { type: 'shutdown' }): Plan {
        if (command.scope === 'system') throw this.cannot('shutdown system');
        const back = command.restoreSeconds !== undefined;
        if (!back && command.seconds === 0 && this.abilities().commands.has('load.off')) {
            return this.instant('shutdown', ['load.off'], is('ups.status', /\bOFF\b/));
        }
        const plan = this.instant(
            'shutdown',
            back ? ['shutdown.return'] : ['shutdown.stayoff', 'load.off.delay'],
            counts('ups.timer.shutdown'),
        );
        const restore = back && this.abilities().variables.has('ups.delay.start') ? command.restoreSeconds! : undefined;
        return {
            ...plan,
            sets: [
                ...this.delay('ups.delay.shutdown', command.seconds),
                ...(restore === undefined ? [] : this.delay('ups.delay.start', restore)),
            ],
        };
    }

    private test(command: UpsCommand & { type: 'test' }): Plan {
        const running = (variables: Variables) =>
            is('ups.test.result', /in progress/i)(variables) || is('ups.status', /\b(CAL|TEST)\b/)(variables);
        const over = (variables: Variables) => !running(variables);
        const names = TEST_COMMANDS[command.test];
        return this.instant(`test ${command.test}`, names, command.test === 'abort' ? over : running);
    }

    private instant(command: string, names: readonly string[], shows?: Plan['shows']): Plan {
        const instant = names.find((name) => this.abilities().commands.has(name));
        if (!instant) throw this.cannot(command);
        return { sets: [], instant, shows };
    }

    private set(name: string, value: SettingValue): Plan {
        if (!this.abilities().writable.has(name)) throw this.cannot(`set ${name}`);
        return { sets: [[name, value]] };
    }

    /** Sets the delay. If the UPS does not allow that, its delay must already be the requested one. */
    private delay(name: string, seconds: number): [string, SettingValue][] {
        const { variables, writable } = this.abilities();
        const now = plainNumber(variables.get(name));
        if (now === seconds) return [];
        if (writable.has(name)) return [[name, seconds]];
        if (now === undefined) throw this.cannot(`set ${name}`);
        throw new UpsError('out-of-range', { property: name, value: seconds, min: now, max: now });
    }

    private cannot(command: string): UpsError {
        return new UpsError('not-supported', { device: this.host, command });
    }
}

const BUZZER_SHOWN = { on: /^enabled/i, off: /^disabled/i, mute: /^muted/i } as const;

function holds(variables: Variables, [name, text]: [string, string]): boolean {
    const now = variables.get(name);
    return now === text || (plainNumber(text) !== undefined && plainNumber(now) === plainNumber(text));
}
