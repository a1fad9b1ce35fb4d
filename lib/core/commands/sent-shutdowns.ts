import type { Clock } from '../clock';
import type { Journal } from '../journal/journal';
import { momentNow, msSince, type Moment } from '../moment';
import type { PlannedShutdown } from '../unit/shutdown-nesting';

/** `sentAt`, and the time since the boot: somebody may set the wall clock while a shutdown counts down. */
export interface SentMoment extends Pick<Moment, 'boot' | 'up'> {
    /** Epoch ms. */
    sentAt: number;
}

/** A shutdown that was actually sent to a UPS. Seconds are seconds of the unit's clock. */
export interface SentShutdown extends PlannedShutdown, SentMoment {
    /** The episode that caused it; empty for a button. */
    episode: string;
    /** The device has accepted it, and no later command has replaced it. */
    taken?: boolean;
    /** An abort was sent after it that the device may have accepted: if its output is off all the same, it may have cancelled the return. */
    aborting?: boolean;
}

const NAME = 'shutdowns-sent';
/** More shutdowns than any real outage has. */
const MOST = 8;

/** The shutdowns that jobs have sent to a unit and that were not aborted. They are in the journal, so that they survive a kill and a deploy. */
export class SentShutdowns {
    constructor(
        private readonly journal: Journal,
        private readonly unitId: string,
    ) {}

    all(): SentShutdown[] {
        return (this.journal.getValue(this.unitId, NAME) as SentShutdown[] | null | undefined) ?? [];
    }

    /** The shutdowns of the same outage, and those of buttons that still count down. An earlier outage does not count. */
    with(episode: string, clock: Clock): SentShutdown[] {
        return this.all().filter((order) => order.episode === episode && (episode !== '' || msLeft(order, clock) > 0));
    }

    /** A second shutdown of the same scope and event replaces the first. */
    note(order: SentShutdown): void {
        const others = this.all().filter(({ episode, scope }) => episode !== order.episode || scope !== order.scope);
        this.journal.setValue(this.unitId, NAME, [...others, order].slice(-MOST));
    }

    /** Removes a shutdown that was never sent. */
    drop({ episode, scope }: Pick<SentShutdown, 'episode' | 'scope'>): void {
        const others = this.all().filter((order) => order.episode !== episode || order.scope !== scope);
        this.journal.setValue(this.unitId, NAME, others);
    }

    has({ episode, scope }: Pick<SentShutdown, 'episode' | 'scope'>): boolean {
        return this.all().some((order) => order.episode === episode && order.scope === scope);
    }

    /** An abort is about to be sent, or was certainly not accepted. @returns whether all had that note before */
    noteAbort(aborting: boolean): boolean {
        const orders = this.all();
        const before = orders.every((order) => order.aborting === true);
        const noted = orders.map((order) => ({ ...order, aborting }));
        if (orders.length > 0 && before !== aborting) this.journal.setValue(this.unitId, NAME, noted);
        return before;
    }

    clear(): void {
        this.journal.setValue(this.unitId, NAME, []);
    }
}

export function sentNow(clock: Clock): SentMoment {
    const { at, ...boot } = momentNow(clock);
    return { sentAt: at, ...boot };
}

/** Time until the device switches off, ms of the unit's clock; negative: that time is over. */
export function msLeft({ sentAt, boot, up, seconds }: SentMoment & { seconds: number }, clock: Clock): number {
    return seconds * 1000 - msSince(clock, { at: sentAt, boot, up }) * clock.speed;
}
