import { sourceOf } from '../machine/bundle';
import type { Mutation } from './mutations';

interface Equivalent {
    file: string;
    kind: Mutation['kind'];
    /** How the text begins that stands there, with single spaces: from the begin of the line to the end of the mutation or of its line. */
    text: string;
    why: string;
}

/** Mutations after which no caller and no user could notice anything: there is nothing to test. */
const EQUIVALENT: readonly Equivalent[] = [
    {
        file: 'lib/core/battery/battery-model.ts',
        kind: 'an order changed',
        text: 'this.charge = modelled ?? (this.capacityOf(reading) && 100);',
        why: 'the capacity does not depend on whether the charge was measured',
    },
    {
        file: 'lib/core/buzzer/rhythm.ts',
        kind: 'an order changed',
        text: 'this.running = true;',
        why: 'only start and stop read `running`, and no beat calls them',
    },
    {
        file: 'lib/core/commands/countdown-reading.ts',
        kind: 'an order changed',
        text: 'clock.clearTimeout(timer);',
        why: 'two listeners are taken away, and neither is called between',
    },
    {
        file: 'lib/core/commands/shutdown-command.ts',
        kind: 'an order changed',
        text: 'this.maybe = false;',
        why: 'saving does not read `maybe`, and nothing else runs between',
    },
    {
        file: 'lib/core/events/event-engine.ts',
        kind: 'an order changed',
        text: "this.apply('communication-lost', { active: false, rule: 'device answers', values: {} });",
        why: 'only the next reading reads `previous`',
    },
    {
        file: 'lib/core/events/local-source.ts',
        kind: 'an order changed',
        text: 'this.clock.clearTimeout(this.silenceOver);',
        why: 'the timer cannot fire between',
    },
    {
        file: 'lib/core/events/on-battery.ts',
        kind: 'an order changed',
        text: 'this.heartbeat();',
        why: 'a heartbeat only writes: it needs neither followers nor the watch for a takeover',
    },
    {
        file: 'lib/core/events/on-battery.ts',
        kind: 'an order changed',
        text: 'this.clock.clearTimeout(this.soon); this.heartbeat();',
        why: 'a heartbeat only writes, and the timer cannot fire between',
    },
    {
        file: 'lib/core/language/words.ts',
        kind: 'an order changed',
        text: 'this.language = language;',
        why: 'the sources do not read it',
    },
    {
        file: 'lib/core/sensors/contact-source.ts',
        kind: 'an order changed',
        text: 'this.clock.clearTimeout(this.silence); this.heartbeat();',
        why: 'a heartbeat only writes, and the timer cannot fire between',
    },
    {
        file: 'lib/core/sensors/sensor-source.ts',
        kind: 'an order changed',
        text: 'this.measurement = new Measurement(options.config);',
        why: 'each reads the configuration alone',
    },
    {
        file: 'lib/core/thresholds/threshold-level.ts',
        kind: 'an order changed',
        text: 'this.destroy();',
        why: 'it only clears a timer, which cannot fire between',
    },
    {
        file: 'lib/flow/jobs/edge-watch.ts',
        kind: 'an order changed',
        text: 'this.unsubscribe = [...sources]',
        why: 'subscribing reports nothing by itself: the outage is noted from the same states before or after',
    },
    {
        file: 'lib/flow/remote/remote-calls.ts',
        kind: 'an order changed',
        text: 'this.flow.registry.addSource(this, this.site);',
        why: 'what the outbox resumes waits for its source, which the next statement adds',
    },
    {
        file: 'lib/flow/jobs/vote-renewal.ts',
        kind: 'an order changed',
        text: 'this.timer = undefined;',
        why: 'nothing in `renew` sets the timer, and `arm` follows both',
    },
    {
        file: 'lib/flow/jobs/output-claims.ts',
        kind: 'an order changed',
        text: 'this.journals.set(nodeId',
        why: 'two independent maps, and neither tells anybody',
    },
    {
        file: 'lib/flow/jobs/owed-jobs.ts',
        kind: 'an order changed',
        text: 'waiting.watch = new EdgeWatch(',
        why: 'the watch calls back only later: from a source, a timer or a new source',
    },
    {
        file: 'lib/flow/delivery/outbox.ts',
        kind: 'an order changed',
        text: 'this.pending.delete(cancel); journal.settleDelivery(',
        why: 'what waits in this process and what the journal holds are two lists, and nobody reads them between',
    },
    {
        file: 'lib/flow/delivery/outbox.ts',
        kind: 'an order changed',
        text: 'journal.saveDelivery({',
        why: 'one transaction and different keys: `forgetOlder` skips the episode that is sent',
    },
];

/** @throws Error an entry of the list fits no mutation any more: the code was changed, so somebody has to think about it again. */
export function withoutEquivalents<T extends Mutation & { file: string }>(mutations: readonly T[]): T[] {
    const found = new Set<Equivalent>();
    const rest = mutations.filter((mutation) => {
        const same = EQUIVALENT.filter(({ file, kind }) => file === mutation.file && kind === mutation.kind).find(
            ({ text }) => textOf(mutation).startsWith(text),
        );
        if (same) found.add(same);
        return !same;
    });
    const stale = EQUIVALENT.find((each) => !found.has(each));
    if (stale) throw new Error(`No such mutation any more: ${stale.file}: ${stale.text}`);
    return rest;
}

function textOf({ file, start, end }: Mutation & { file: string }): string {
    const source = sourceOf(file);
    const from = source.lastIndexOf('\n', start) + 1;
    return source
        .slice(from, Math.max(end, source.indexOf('\n', start)))
        .trim()
        .replace(/\s+/g, ' ');
}
