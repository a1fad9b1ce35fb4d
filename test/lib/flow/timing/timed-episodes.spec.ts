import assert from 'node:assert/strict';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import type { EventInfo, EventMessage } from '../../../../lib/core/messages';
import type { TimingConfig } from '../../../../lib/core/timing/episode-timing';
import type { Flow } from '../../../../lib/flow/flow';
import { TimedEpisodes } from '../../../../lib/flow/timing/timed-episodes';
import { FakeClock } from '../../../support/fake-clock';
import { fakeFlow } from '../../../support/fake-flow';
import { FakeSource } from '../../../support/fake-source';

describe('a timing', () => {
    let clock: FakeClock;
    let flow: Flow;
    let source: FakeSource;
    let sent: string[];

    beforeEach(() => {
        clock = new FakeClock();
        flow = fakeFlow(clock);
        source = new FakeSource('ups1', 'UPS', clock);
        const site = { id: 'site1', dryRun: false, store: new MemoryJournal() } as never;
        flow.registry.addSite(site);
        flow.registry.addSource(source, site);
        sent = [];
    });

    const timing = (config: Partial<TimingConfig> = {}) => {
        const node = {
            id: 'timing1',
            send: (message: unknown) => {
                const { payload, event } = message as EventMessage;
                sent.push(`${payload ? 'on' : 'off'} ${event.episode}`);
            },
        };
        const made = new TimedEpisodes(
            flow,
            node as never,
            { mode: 'after', seconds: 60, repeatSeconds: 0, runtime: 'smaller', ...config },
            () => {},
            ({ id }) => `${id} off`,
        );
        made.resume();
        return made;
    };
    const message = (event: EventInfo): EventMessage => ({ topic: `UPS/${event.id}`, payload: event.active, event });

    it('sends again once, after a deploy, what the deploy may have lost', async () => {
        const replaced = timing();
        replaced.on(message(source.on('power-fail', 'e1')));
        await clock.advance(60_000);
        flow.deploys.begin();
        replaced.destroy();
        timing();
        flow.deploys.end();
        await clock.advance(60_000);
        assert.deepEqual(sent, ['on e1', 'on e1']);
    });

    it('that is gone fires no more, whatever its UPS tells', async () => {
        const gone = timing();
        gone.on(message(source.on('power-fail', 'e1')));
        gone.destroy();
        flow.registry.addSource(source, flow.registry.site('site1'));
        source.check();
        await clock.advance(120_000);
        assert.deepEqual(sent, []);
        assert.equal(clock.pending, 0, 'nothing is left to wait for');
    });
});
