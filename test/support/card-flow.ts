import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node } from 'node-red';
import type { UpsCommand } from '../../lib/core/driver';
import type { EventMessage, JobResult } from '../../lib/core/messages';
import type { SimulatedUpsOptions } from '../../lib/simulation/options';
import { SimulatedUps } from '../../lib/simulation/simulated-ups';
import upsSite from '../../nodes/config/ups-site';
import upsUnit from '../../nodes/config/ups-unit';
import type { UpsUnitNode } from '../../nodes/shared/config/config-nodes';
import upsSnmp from '../../nodes/devices/ups-snmp';
import upsEvent from '../../nodes/events/ups-event';
import { Rfc1628Card } from '../../simulators/rfc1628-card/card';
import { FakeTime } from './fake-time';
import { helper, theFlow } from './node-red';

export interface Told {
    topic: string;
    payload: unknown;
    job?: JobResult;
    event?: { id: string; active: boolean };
}

/** A command node, its UPS an RFC 1628 card on the loopback, all real but the clock: node, driver, SNMP, card, simulated UPS. */
export class CardFlow extends FakeTime {
    readonly ups: SimulatedUps;
    readonly card: Rfc1628Card;
    readonly directory = mkdtempSync(join(tmpdir(), 'ridethrough-'));
    told: Told[] = [];
    events: string[] = [];
    readonly messages: EventMessage[] = [];
    sets: string[] = [];

    constructor(
        private readonly nodeModule: unknown,
        options: SimulatedUpsOptions = {},
    ) {
        super();
        this.ups = new SimulatedUps(this.clock, { quickTestSeconds: 1, ...options });
        this.card = new Rfc1628Card({ ups: this.ups, clock: this.clock });
        this.card.on('set', ({ oid }) => this.sets.push(oid));
    }

    /** Loads `node` under the id `job`, once more with what differs in `second` as `job2`, and waits for the first reading. */
    async load(node: object, { dryRun = false, ups = 'unit1', second = {} } = {}): Promise<void> {
        if (this.card.port === 0) await this.card.start();
        await helper.load(
            [upsSite, upsUnit, upsSnmp, upsEvent, this.nodeModule] as never,
            [
                { id: 'site1', type: 'ups-site', name: 'Site', directory: this.directory, dryRun },
                { id: 'unit1', type: 'ups-unit', name: 'UPS 1', site: 'site1', staleSeconds: 30 },
                {
                    id: 'device1',
                    type: 'ups-snmp',
                    ups: 'unit1',
                    interval: 0.1,
                    host: '127.0.0.1',
                    port: this.card.port,
                    version: '2c',
                    timeout: 1,
                    retries: 1,
                },
                { id: 'event1', type: 'ups-event', ups: 'unit1', events: [], wires: [['events']] },
                { id: 'job', ups, site: 'site1', edge: 'on', log: 'always', ...node, wires: [['out']] },
                { id: 'job2', ups, site: 'site1', edge: 'on', log: 'always', ...node, ...second, wires: [['out']] },
                { id: 'out', type: 'helper' },
                { id: 'events', type: 'helper' },
            ] as never,
            { device1: { community: 'public' } } as never,
        );
        (helper.getNode('out') as Node).on('input', (message) => this.told.push(message as unknown as Told));
        (helper.getNode('events') as Node).on('input', (message) => {
            const { event } = message as unknown as EventMessage;
            this.messages.push(message as unknown as EventMessage);
            this.events.push(`${event?.id} ${event?.active ? 'on' : 'off'}`);
        });
        const { unit } = helper.getNode('unit1') as unknown as UpsUnitNode;
        await this.eventually(() => unit.status()?.settings);
    }

    async send(message: object = { topic: 'button', payload: true }, ms = 10_000, to = 'job'): Promise<Told> {
        const before = this.told.length;
        (helper.getNode(to) as Node).receive(message as never);
        return this.eventually(() => this.told[before], ms);
    }

    get log(): string[] {
        return theFlow()
            .registry.site('site1')!
            .store.logEntries()
            .map(({ text }) => text);
    }

    execute(command: UpsCommand): void {
        this.ups.execute(command);
    }

    async end(): Promise<void> {
        await this.unload();
        await this.card.stop();
        this.ups.destroy();
        rmSync(this.directory, { recursive: true });
    }
}
