import type { Node, NodeAPI } from 'node-red';
import { UpsError } from '../../../lib/core/errors';
import { COUNTERS } from '../../../lib/core/journal/journal';
import type { LogEntry, NewLogEntry } from '../../../lib/core/journal/event-log';
import { hostKey } from '../../../lib/protocols/shared/hosts';
import { LogFollower } from '../../../lib/protocols/syslog/log-follower';
import type { Severity } from '../../../lib/core/syslog/parameters';
import { sendSyslog, type SyslogTarget } from '../../../lib/protocols/syslog/sender';
import { flowOf, type SiteRuntime } from '../runtime/flow-of';
import type { StatusIndicator } from '../words/node-status';
import { encodeWith, receiversOf, syslogTls, targetOf, type SyslogSettings } from './syslog-target';
import { wordsOf } from '../words/site-words';
import { errorText, statusText, type Translator } from '../words/texts';

/** Severities for the levels of events; an error is a failed job. */
const SEVERITY: Record<LogEntry['level'], Severity> = {
    info: 'notice',
    warning: 'warning',
    alarm: 'crit',
    error: 'err',
};

/** Sends every entry of a site's event log to each syslog server, in parallel. */
export class LogToSyslog {
    private readonly followers: LogFollower[];
    private readonly failing = new Map<string, UpsError>();
    private readonly unfollow: (() => void)[] = [];

    /** @throws UpsError config-missing without a site, or if the chosen tls-config does not exist */
    constructor(
        private readonly RED: NodeAPI,
        private readonly node: Node,
        private readonly settings: SyslogSettings,
        private readonly indicator: StatusIndicator,
    ) {
        const site = flowOf(this.RED).registry.siteOf(undefined, settings.site);
        if (!site) throw new UpsError('config-missing', { property: 'site' });
        const tls = syslogTls(this.RED, settings);
        this.followers = receiversOf(settings).map((receiver) =>
            this.follower(site, targetOf(settings, tls, receiver)),
        );
        const nudge = () => this.followers.forEach((follower) => follower.checkNow());
        const moved = () => this.followers.forEach((follower) => follower.storeReplaced());
        this.unfollow.push(
            // After the write that caused the call: a job may be in the middle of it.
            site.store.subscribe(() => setImmediate(nudge)),
            site.store.onMode(() => setImmediate(moved)),
            flowOf(this.RED).registry.onTakenOver(() => setImmediate(moved)),
        );
    }

    start(): void {
        this.show();
        for (const follower of this.followers) follower.start();
    }

    async close(): Promise<void> {
        for (const end of this.unfollow) end();
        await Promise.all(this.followers.map((follower) => follower.stop()));
    }

    private follower(site: SiteRuntime, target: SyslogTarget): LogFollower {
        const { store } = site;
        const words = wordsOf(this.RED, site);
        const { settings } = this;
        const server = hostKey(target);
        const place = `syslog/${this.node.id}/${server}`;
        const own = `syslog:${server}`;
        const note = (level: NewLogEntry['level'], text: string) => {
            const source = this.node.name || 'ups-syslog';
            const entry = { at: flowOf(this.RED).clock.now(), kind: 'system', level, source, text } as const;
            store.append({ ...entry, eventId: own, nodeId: this.node.id });
        };
        return new LogFollower({
            clock: flowOf(this.RED).clock,
            log: {
                after: (id, limit) => store.logEntriesAfter(id, limit),
                newestId: () => store.newestLogId(),
                position: () => asPosition(store.getValue(COUNTERS, place)),
                keepPosition: (id) => store.setValue(COUNTERS, place, id),
            },
            send: (entries, signal) => {
                const messages = entries.map((entry) => encodeEntry(settings, entry, site.name));
                return sendSyslog(target, messages, flowOf(this.RED).clock, signal);
            },
            isOwn: ({ nodeId, eventId }) => nodeId === this.node.id && eventId === own,
            mode: () =>
                flowOf(this.RED).registry.isWatching(store)
                    ? 'wait'
                    : flowOf(this.RED).registry.isDryRun(undefined, settings.site)
                      ? 'pass'
                      : 'send',
            events: {
                state: ({ error }) => {
                    if (error) this.failing.set(server, error);
                    else this.failing.delete(server);
                    this.show();
                },
                lost: (error) => {
                    const lost = (voice: Translator) =>
                        statusText(voice, 'syslogLost', { server, reason: errorText(voice, error) });
                    this.node.error(lost(this.RED));
                    note('error', lost(words));
                },
                found: (count) => note('info', statusText(words, 'syslogFound', { server, count })),
            },
        });
    }

    private show(): void {
        const [failing] = this.failing.values();
        if (failing) this.indicator.show('error', statusText(this.RED, failing.code));
        else if (flowOf(this.RED).registry.isDryRun(undefined, this.settings.site)) {
            this.indicator.show('warning', statusText(this.RED, 'dryRun'));
        } else this.indicator.show('ok', statusText(this.RED, 'followsLog'));
    }
}

function encodeEntry(settings: SyslogSettings, entry: LogEntry, site: string): Buffer {
    const { id, at, kind, level, source, eventId, active, episode, dryRun, text } = entry;
    const severity = settings.severity === 'auto' ? SEVERITY[level] : settings.severity;
    const params = { event: eventId, source, level, kind, active, episode, dryRun, site, entry: id };
    return encodeWith(settings, { severity, at, messageId: eventId ?? kind, text, params });
}

function asPosition(value: unknown): number | undefined {
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
