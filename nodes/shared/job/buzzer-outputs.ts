import { UpsError } from '../../../lib/core/errors';
import { said } from '../../../lib/core/language/sentence';
import type { Clock, TimerHandle } from '../../../lib/core/clock';
import type { BuzzerPattern } from '../../../lib/core/buzzer/pattern';
import { Rhythm } from '../../../lib/core/buzzer/rhythm';
import type { UpsCommand } from '../../../lib/core/driver';
import type { RelayBuzzer } from '../../../lib/protocols/aux/relay-buzzer';
import { Player, TerminalBell, type ComputerSound } from '../../../lib/protocols/buzzer/player';

export interface BuzzerOutputsOptions {
    clock: Clock;
    pattern: BuzzerPattern;
    /** Sends each beat to the output for relays. */
    beat(on: boolean): void;
    /** A relay that plays the rhythm itself. */
    relay: RelayBuzzer | undefined;
    computer: ComputerSound | undefined;
    /** Controls the buzzer of the UPS; undefined if none is chosen. */
    ups: ((state: Extract<UpsCommand, { type: 'buzzer' }>['state']) => Promise<unknown>) | undefined;
    /** The command to the UPS when the sound ends by itself. */
    upsEnd: 'mute' | 'off';
    onError(error: unknown): void;
}

/** How often a player or a bell sounds again during a continuous tone, ms. */
const AGAIN_MS = 1000;

/** All outputs of a buzzer, switched together. */
export class BuzzerOutputs {
    private readonly rhythm: Rhythm;
    private again: TimerHandle;
    private closed = false;

    constructor(private readonly options: BuzzerOutputsOptions) {
        const { clock, pattern } = options;
        this.rhythm = new Rhythm(clock, pattern, (on) => {
            this.beat(on);
            this.sing(on);
        });
    }

    start(): void {
        if (this.closed) return;
        this.rhythm.start();
        this.ask('on');
    }

    stop(muted: boolean): void {
        // Only a running test ends here; every other sound is continued by a successor.
        if (this.closed) return;
        this.silence();
        // Always sent: a kill in the middle of a beat leaves a relay on, although this process has not started a beat.
        this.beat(false);
        this.ask(muted ? 'mute' : this.options.upsEnd);
    }

    /** Closes the outputs; the UPS keeps its present state for the successor. */
    async close(): Promise<void> {
        this.closed = true;
        this.silence();
        this.options.relay?.close();
        await this.options.computer?.close();
    }

    private beat(on: boolean): void {
        this.options.beat(on);
        this.options.relay?.set(on);
    }

    private silence(): void {
        this.rhythm.stop();
        const { computer } = this.options;
        if (computer instanceof Player) computer.stop();
    }

    private sing(on: boolean): void {
        this.options.clock.clearTimeout(this.again);
        const { computer, clock } = this.options;
        if (!computer) return;
        if (!on) return computer.end();
        computer.begin();
        this.again = clock.setTimeout(() => this.sing(true), AGAIN_MS);
    }

    private ask(state: 'on' | 'off' | 'mute'): void {
        this.options.ups?.(state).catch((error: unknown) => this.options.onError(error));
    }
}

/** The sound of the computer; undefined if it is off. */
export function computerSound(
    kind: 'none' | 'bell' | 'player',
    command: string,
    args: readonly string[],
    clock: Clock,
    onError: (error: UpsError) => void,
): ComputerSound | undefined {
    if (kind === 'none') return undefined;
    if (kind === 'player') return new Player(command, args, clock, onError);
    const bell = new TerminalBell(process.stdout);
    if (!bell.audible) onError(new UpsError('not-supported', { device: 'Node-RED', command: said('command.bell') }));
    return bell;
}
