import type { Clock, TimerHandle } from '../../../lib/core/clock';
import type { RuntimeFlow, SiteRuntime } from '../runtime/flow-of';

/** When values of sensors, contacts and outputs are kept. A contact or an output is also kept when it changes. */
export interface SourceLog {
    /** Between two samples; 0: none at an interval. */
    seconds: number;
    /** At full multiples of the interval by the wall clock (UTC), so that a deploy delays none. */
    even: boolean;
    /** When an alarm or a warning of the site begins or ends. */
    onAlarm: boolean;
}

export interface SourceLogSettings {
    /** Of UPSs; 0 keeps nothing. */
    dataLogSeconds: number;
    /** `ups`: as for UPSs. */
    sourceLog: 'ups' | 'off' | 'interval' | 'alarm' | 'both';
    /** 1 to 60. */
    sourceLogMinutes: number;
}

/** The choice of a site (RMCU manual, "Logging": periodically, on alarms, both or none); undefined: nothing is kept. */
export function sourceLogOf({ dataLogSeconds, sourceLog, sourceLogMinutes }: SourceLogSettings): SourceLog | undefined {
    const seconds = sourceLogMinutes * 60;
    switch (sourceLog) {
        case 'off':
            return undefined;
        case 'interval':
            return { seconds, even: true, onAlarm: false };
        case 'alarm':
            return { seconds: 0, even: true, onAlarm: true };
        case 'both':
            return { seconds, even: true, onAlarm: true };
        default:
            return dataLogSeconds > 0 ? { seconds: dataLogSeconds, even: false, onAlarm: false } : undefined;
    }
}

/** What an alarm brings is written so much later, ms: the jobs of its edge come first, and alarms together are one sample. */
const LATER_MS = 100;

/** Calls `run` soon after an alarm or a warning of a source of this site begins or ends. @returns ends it; what is due runs before */
export function onAlarms({ registry }: RuntimeFlow, site: SiteRuntime, run: () => void): () => void {
    const waiting = new Later(site.clock, run);
    const followed = new Map<string, () => void>();
    const leave = (id: string) => {
        followed.get(id)?.();
        followed.delete(id);
    };
    const follow = (id: string) => {
        leave(id);
        const member = registry.byId(id);
        if ((member?.kind !== 'unit' && member?.kind !== 'source') || member.site?.id !== site.id) return;
        const unfollow = registry.source(id)!.subscribe((change) => {
            if (change.kind === 'edge' && change.event.level !== 'info') waiting.start();
        });
        followed.set(id, unfollow);
    };
    const unwatch = registry.onChange(({ kind, id, present }) => {
        if (kind !== 'unit' && kind !== 'source') return;
        if (present) follow(id);
        else leave(id);
    });
    for (const { id } of registry.sources()) follow(id);
    return () => {
        unwatch();
        for (const id of [...followed.keys()]) leave(id);
        waiting.close();
    };
}

class Later {
    private timer: TimerHandle;

    constructor(
        private readonly clock: Clock,
        private readonly run: () => void,
    ) {}

    start(): void {
        this.timer ??= this.clock.setTimeout(() => this.finish(), LATER_MS);
    }

    close(): void {
        if (this.timer !== undefined) this.finish();
    }

    private finish(): void {
        this.clock.clearTimeout(this.timer);
        this.timer = undefined;
        this.run();
    }
}
