import type { UpsCommand } from '../../core/driver';
import type { ServedUps } from '../../core/served/served-ups';

/** A command of a UPS that is served as a Multi-state Value: who writes one of its states gives the command. */
export interface CommandObject {
    offset: number;
    name: string;
    states: readonly string[];
    description(shutdownSeconds: number): string;
    /** By state, counted from 1; undefined: the state commands nothing. */
    commands: readonly (((shutdownSeconds: number) => UpsCommand) | undefined)[];
    /** The state that it shows; the first one stands for "nothing". */
    value(ups: ServedUps): number | undefined;
}

const AUDIBLE = ['disabled', 'enabled', 'muted'];

export const COMMANDS: readonly CommandObject[] = [
    {
        // RFC 1628: upsWellKnownTests, in that order.
        ...{ offset: 11, name: 'Command test' },
        states: ['None', 'Abort', 'Self-test', 'Quick battery test', 'Deep battery calibration'],
        description: () => 'Write a state to start that test. Reads None.',
        commands: [
            undefined,
            () => ({ type: 'test', test: 'abort' }),
            () => ({ type: 'test', test: 'self' }),
            () => ({ type: 'test', test: 'quick' }),
            () => ({ type: 'test', test: 'full' }),
        ],
        value: () => 1,
    },
    {
        // RFC 1628: upsConfigAudibleStatus.
        ...{ offset: 12, name: 'Command buzzer' },
        states: ['Disabled', 'Enabled', 'Muted'],
        description: () => 'Write a state to set the buzzer.',
        commands: [
            () => ({ type: 'buzzer', state: 'off' }),
            () => ({ type: 'buzzer', state: 'on' }),
            () => ({ type: 'buzzer', state: 'mute' }),
        ],
        value: ({ status }) => {
            const at = AUDIBLE.indexOf(String(status?.settings?.upsConfigAudibleStatus));
            return at < 0 ? undefined : at + 1;
        },
    },
    {
        ...{ offset: 13, name: 'Command output' },
        states: ['None', 'Abort shutdown', 'Shut down', 'Switch on'],
        description: (seconds) => `Write Shut down to switch the output off after ${seconds} s. Reads None.`,
        commands: [
            undefined,
            () => ({ type: 'abort-shutdown' }),
            (seconds) => ({ type: 'shutdown', seconds, scope: 'output' }),
            () => ({ type: 'startup', seconds: 0 }),
        ],
        value: () => 1,
    },
];
