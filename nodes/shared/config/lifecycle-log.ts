import type { NodeAPI } from 'node-red';
import type { TimerHandle } from '../../../lib/core/clock';
import type { NewLogEntry } from '../../../lib/core/journal/event-log';
import type { Words } from '../../../lib/core/language/words';
import { asLastSeen, type LastSeen } from '../../../lib/core/running-time';
import type { Store } from '../../../lib/store/store';
import { flowOf, type SiteRuntime } from '../runtime/flow-of';
import { packageVersion } from '../words/package-version';
import { wordsOf } from '../words/site-words';
import { statusText } from '../words/texts';

/** Owner of the values in a store, whichever of its sites writes them. */
const OWNER = 'site-diary';
const LAST_SEEN = 'last-seen';
const DRY_RUN = 'dry-run';
/** Of an entry; see NewLogEntry. */
const ALL_SITES = '';
/** How often the time is stored, ms: the start after a kill knows within this time since when nothing ran. */
const SEEN_EVERY_MS = 30_000;

/** Stores in which this process has logged its start, by file, with the function that logs its end. */
const startedStores = new Map<string, () => void>();
/** The deploy that was logged last, by file: several sites may share one store. */
const deploys = new Map<string, object>();
let followsExit = false;

/**
 * Logs in a site's event log when the program starts (its version, and how long nothing ran), when it stops, each deploy, and each change
 * of the dry run. Sites that share a store write these entries once.
 */
export class LifecycleLog {
    private readonly words: Words;
    private timer: TimerHandle;
    private readonly before: LastSeen | undefined;
    private readonly unfollow: () => void;

    constructor(
        private readonly RED: NodeAPI,
        private readonly site: SiteRuntime,
    ) {
        this.words = wordsOf(RED, site);
        this.before = asLastSeen(this.store.getValue(OWNER, LAST_SEEN));
        this.unfollow = flowOf(RED).deploys.atEachStart(this.started);
        this.beat();
    }

    /** Call it before the store is closed. */
    close(): void {
        flowOf(this.RED).clock.clearTimeout(this.timer);
        this.unfollow();
        if (this.isOurs) this.see(this.store, false);
    }

    private readonly started = (deploy: object): void => {
        if (!this.isOurs) return;
        const { file } = this.store;
        if (!startedStores.has(file)) {
            this.tellStart();
            followExit();
        } else if (deploys.get(file) !== deploy) this.note('info', statusText(this.words, 'diary.deployed'));
        deploys.set(file, deploy);
        const { words, store } = this;
        startedStores.set(file, () => {
            this.append(store, { level: 'info', text: statusText(words, 'diary.stopped'), site: ALL_SITES });
            this.see(store, true);
        });
        this.lookAtDryRun();
    };

    private tellStart(): void {
        const version = packageVersion();
        const { words, before } = this;
        if (!before) return this.note('info', statusText(words, 'diary.started', { version }));
        const { at, ended } = before;
        const data = { version, span: { seconds: (flowOf(this.RED).clock.now() - at) / 1000 }, time: { date: at } };
        // For reports: what a sentence says, programs cannot read.
        const detail = { startedAfter: { at, ended } };
        if (ended) this.note('info', statusText(words, 'diary.startedAfter', data), detail);
        else this.note('warning', statusText(words, 'diary.startedAfterKill', data), detail);
    }

    private lookAtDryRun(): void {
        const { id, dryRun } = this.site;
        const before = this.store.getValue(id, DRY_RUN);
        if (before === dryRun) return;
        this.store.setValue(id, DRY_RUN, dryRun);
        // The setting of a new site has not changed; a dry run is logged all the same.
        if (before === undefined && !dryRun) return;
        this.note('warning', statusText(this.words, dryRun ? 'diary.dryRunOn' : 'diary.dryRunOff'), undefined, id);
    }

    private beat(): void {
        this.timer = flowOf(this.RED).clock.setTimeout(() => {
            if (this.isOurs) this.see(this.store, false);
            this.beat();
        }, SEEN_EVERY_MS);
    }

    private see(store: Store, ended: boolean): void {
        store.setValue(OWNER, LAST_SEEN, { at: flowOf(this.RED).clock.now(), ended } satisfies LastSeen);
    }

    /** @param site by default what concerns the program, and so all sites that share the store */
    private note(level: NewLogEntry['level'], text: string, detail?: object, site = ALL_SITES): void {
        this.append(this.store, { level, text, detail, site });
    }

    private append(store: Store, entry: Pick<NewLogEntry, 'level' | 'text' | 'detail' | 'site'>): void {
        const { id, name } = this.site;
        store.append({ at: flowOf(this.RED).clock.now(), kind: 'system', source: name, nodeId: id, ...entry });
    }

    private get store(): Store {
        return this.site.store;
    }

    /** False if another process has the store: then that process writes these entries. */
    private get isOurs(): boolean {
        return this.store.mode !== 'waiting';
    }
}

/** Logs the end of the process: the sites cannot tell it from a deploy, which closes them as well. */
function followExit(): void {
    if (followsExit) return;
    followsExit = true;
    process.on('exit', () => {
        for (const tellStop of startedStores.values()) tellStop();
    });
}
