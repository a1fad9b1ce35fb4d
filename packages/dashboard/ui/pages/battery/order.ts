import type { Page } from '../../lib/page';

/** A command to a battery, as POST batteries takes it. */
export type BatteryCommand =
    | { type: 'stop-runaway' | 'rearm-runaway' | 'reset-runaway'; string: number }
    | { type: 'reset-counter' }
    | { type: 'set-baseline'; modules?: number[] };

/** Sends commands to a battery. @returns what came of it, as a sentence in the language of the site */
export function orderOf({ api, say }: Page, battery: string): (command: BatteryCommand) => Promise<string> {
    return async (command) => {
        const { dryRun, text } =
            (await api.post<{ dryRun?: boolean; text?: string } | undefined>('batteries', { battery, command })) ?? {};
        if (!text) return say('command.done');
        return dryRun ? say('command.dryRun', { text }) : text;
    };
}
