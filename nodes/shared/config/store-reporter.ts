import type { Node, NodeAPI } from 'node-red';
import type { UpsError } from '../../../lib/core/errors';
import type { Words } from '../../../lib/core/language/words';
import type { LogKind, NewLogEntry } from '../../../lib/core/journal/event-log';
import type { Store, StoreMode } from '../../../lib/store';
import { flowOf } from '../runtime/flow-of';
import type { NodeState } from '../../../lib/flow/ports';
import { StatusIndicator } from '../words/node-status';
import { errorText, statusText } from '../words/texts';

const SYSTEM: LogKind = 'system';

const LOOKS: Record<Exclude<StoreMode, 'disk'>, [NodeState, string]> = {
    memory: ['error', 'storeMemory'],
    waiting: ['disabled', 'watching'],
};

/**
 * Reports the state of a site's store: in Node-RED's log, in the event log, and as the status of the site. The store may call it in the
 * middle of a write of its own, so the event log is written one turn later.
 */
export class StoreReporter {
    private readonly indicator: StatusIndicator;
    private readonly unfollow: (() => void)[] = [];
    private readonly later = new Set<NodeJS.Immediate>();
    private told: StoreMode = 'disk';

    /** @param store undefined while it is being opened */
    constructor(
        private readonly RED: NodeAPI,
        private readonly node: Node,
        private readonly words: Words,
        private readonly store: () => Store | undefined,
    ) {
        this.indicator = new StatusIndicator(node);
    }

    problem(problem: UpsError): void {
        this.node.error(errorText(this.RED, problem));
        this.defer(() => this.log('error', errorText(this.words, problem)));
    }

    /** Begins when the store is open. */
    follow(): void {
        const store = this.store()!;
        this.unfollow.push(
            store.onMode(() => this.defer(() => this.tellMode())),
            store.onTakenOver(() => this.defer(() => flowOf(this.RED).registry.announceTakeOver(store))),
        );
        this.defer(() => this.tellMode());
    }

    close(): void {
        for (const unfollow of this.unfollow) unfollow();
        for (const timer of this.later) clearImmediate(timer);
    }

    private tellMode(): void {
        const mode = this.store()!.mode;
        const before = this.told;
        this.told = mode;
        if (mode === before) return;
        if (mode === 'disk') this.indicator.clear();
        else this.indicator.show(LOOKS[mode][0], statusText(this.RED, LOOKS[mode][1]));
        if (mode === 'waiting') this.log('warning', statusText(this.words, 'storeWaits'));
        else if (mode === 'disk') {
            const key = before === 'waiting' ? 'storeTakenOver' : 'storeBack';
            this.node.warn(statusText(this.RED, key));
            this.log('warning', statusText(this.words, key));
        }
    }

    private log(level: NewLogEntry['level'], text: string): void {
        const source = this.node.name || this.node.id;
        this.store()?.append({
            at: flowOf(this.RED).clock.now(),
            kind: SYSTEM,
            level,
            source,
            text,
            nodeId: this.node.id,
            // What happens to the file concerns all sites that share it.
            site: '',
        });
    }

    private defer(work: () => void): void {
        const timer = setImmediate(() => {
            this.later.delete(timer);
            work();
        });
        this.later.add(timer);
    }
}
