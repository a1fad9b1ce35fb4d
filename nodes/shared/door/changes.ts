import { BatterySource } from '../../../lib/core/batteries/battery-source';
import type { TimerHandle } from '../../../lib/core/clock';
import type { EventSource } from '../../../lib/core/events/source';
import type { DoorChange } from '../../../lib/door';
import { isUnit } from '../../../lib/flow/supply';
import { Listeners } from '../../../lib/flow/listeners';
import type { RuntimeFlow } from '../runtime/flow-of';

/** A thing is told at most once in so long, ms. */
const AT_MOST_EVERY_MS = 1000;

/** Follows something as long as somebody listens. @returns ends it */
export type Feed = (tell: (change: DoorChange) => void) => () => void;

/**
 * Tells what has changed. Nothing is followed while nobody listens. The first change of a thing is told at once, in a turn of its own, so
 * that no listener can hold up or fail the engine; further ones follow at most once a second.
 */
export class Changes {
    private readonly listeners = new Set<{ tell(change: DoorChange): void }>();
    private unfollow: (() => void) | undefined;
    /** By thing: until when it has been told, and whether it has changed since. */
    private readonly told = new Map<string, { timer: TimerHandle; again: boolean }>();

    constructor(
        private readonly flow: RuntimeFlow,
        private readonly feed: Feed,
        private readonly problem: (error: unknown) => void,
    ) {}

    subscribe(listener: (change: DoorChange) => void): () => void {
        const own = { tell: listener };
        this.listeners.add(own);
        this.unfollow ??= this.feed((change) => this.note(change));
        return () => {
            this.listeners.delete(own);
            if (this.listeners.size === 0) this.stop();
        };
    }

    private stop(): void {
        this.unfollow?.();
        this.unfollow = undefined;
        for (const { timer } of this.told.values()) this.flow.clock.clearTimeout(timer);
        this.told.clear();
    }

    private note(change: DoorChange): void {
        const key = `${change.kind} ${change.id ?? ''}`;
        const known = this.told.get(key);
        if (known) {
            known.again = true;
            return;
        }
        const thing: { timer: TimerHandle; again: boolean } = { timer: undefined, again: true };
        const turn = () => {
            if (!thing.again) {
                this.told.delete(key);
                return;
            }
            thing.again = false;
            thing.timer = this.flow.clock.setTimeout(turn, AT_MOST_EVERY_MS);
            this.tell(change);
        };
        thing.timer = this.flow.clock.setTimeout(turn, 0);
        this.told.set(key, thing);
    }

    private tell(change: DoorChange): void {
        for (const listener of [...this.listeners]) {
            try {
                listener.tell({ ...change });
            } catch (error) {
                this.problem(error);
            }
        }
    }
}

/** Follows every source, site, job and log of a flow, over deploys. */
export function followFlow(flow: RuntimeFlow): Feed {
    return (tell) => {
        const { registry, deploys } = flow;
        const followed = new Map<string, { of: object; end: () => void }>();
        const forget = (id: string) => {
            followed.get(id)?.end();
            followed.delete(id);
        };
        const follow = (id: string, of: object, end: () => void) => {
            forget(id);
            followed.set(id, { of, end });
        };
        const source = (each: EventSource) => {
            const kind = isUnit(each) ? ('unit' as const) : ('source' as const);
            const { id } = each;
            const ends = new Listeners<void>();
            ends.add(each.subscribe(() => tell({ kind, id })));
            if (each instanceof BatterySource) {
                const changed = () => tell({ kind: 'battery', id });
                ends.add(each.watch(changed));
                ends.add(each.subscribe(changed));
                changed();
            }
            follow(id, each, () => ends.tell());
            tell({ kind, id });
        };
        const site = ({ id, store }: ReturnType<typeof registry.sites>[number]) => {
            const ends = new Listeners<void>();
            const log = store.subscribe(({ kind }) => {
                tell({ kind: 'log', id });
                if (kind !== 'job' && kind !== 'system') return;
                tell({ kind: 'failures' });
            });
            const mode = store.onMode(() => tell({ kind: 'sites' }));
            ends.add(log);
            ends.add(mode);
            follow(id, store, () => ends.tell());
            tell({ kind: 'sites' });
        };
        for (const each of registry.sources()) source(each);
        for (const each of registry.sites()) site(each);
        const unwatch = registry.onChange(({ kind, id, present }) => {
            const member = present ? registry.byId(id) : undefined;
            if (member?.kind === 'unit') source(member.unit);
            else if (member?.kind === 'source') source(member.source);
            else if (member?.kind === 'site') site(member.site);
            else {
                forget(id);
                if (kind === 'unit' || kind === 'source') tell({ kind, id });
                else tell({ kind: kind === 'site' ? 'sites' : 'plan' });
            }
        });
        const others = [
            deploys.afterEachStart(() => tell({ kind: 'plan' })),
            flow.planChanges.subscribe(() => tell({ kind: 'plan' })),
            flow.alarms.onChange(() => tell({ kind: 'failures' })),
            // Maintenance of a site.
            flow.orders.onChange(() => tell({ kind: 'sites' })),
        ];
        return () => {
            unwatch();
            for (const end of others) end();
            for (const id of [...followed.keys()]) forget(id);
        };
    };
}
