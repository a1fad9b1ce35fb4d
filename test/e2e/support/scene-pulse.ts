import type { NodeRedProcess } from './node-red-process';
import { seconds } from './played-ups';

const EVERY_MS = 200;
/** What a question to an idle Node-RED takes at most, s. */
const USUAL = 0.05;

/** Feels how busy the machine is: how late our own timer is, and how long Node-RED takes to answer. What is slow there is slow everywhere. */
export class ScenePulse {
    readonly lags: { at: number; seconds: number }[] = [];
    private timer: NodeJS.Timeout | undefined;
    private over = false;

    /** @param ask the process that runs now, if one does */
    constructor(private readonly ask: () => NodeRedProcess | undefined) {}

    start(): void {
        const due = seconds() + EVERY_MS / 1000;
        this.timer = setTimeout(() => {
            this.note(seconds() - due);
            void this.feel().then(() => this.over || this.start());
        }, EVERY_MS);
    }

    stop(): void {
        this.over = true;
        clearTimeout(this.timer);
    }

    private async feel(): Promise<void> {
        const asked = seconds();
        try {
            await this.ask()?.get('flows/state');
        } catch {
            // It was killed while it answered, or deploys: that is the scene's doing, and no lag of the machine.
            return;
        }
        this.note(seconds() - asked);
    }

    private note(took: number): void {
        if (took > USUAL) this.lags.push({ at: seconds(), seconds: took - USUAL });
    }
}
