import assert from 'node:assert/strict';
import type { ServedTarget } from '../../../../lib/protocols/bacnet/serving';
import { AllowedSenders } from '../../../../lib/protocols/shared/senders';
import { bacnetServing, BacnetWire, CLIENT, type Serving } from '../../../support/bacnet-wire';
import { FakeClock } from '../../../support/fake-clock';
import { servedSample } from '../../../support/served-sample';

/** Device 1234, up to 1476 bytes, segmented transmit, vendor 65535. */
const I_AM = '1000c4020004d22205c4910122ffff';
/** Present value of analog-input 1001, the charge; invoke id 1. */
const READ_CHARGE = '0005010c 0c000003e9 1955';

describe('a BACnet device: who is there, and reading', () => {
    let clock: FakeClock;
    beforeEach(() => (clock = new FakeClock()));

    const target = (over: Parameters<typeof servedSample>[0] = {}): ServedTarget => ({
        served: () => servedSample({ chargePercent: 80, ...over }),
        supports: () => true,
        order: () => Promise.resolve(),
    });
    async function wireOf(settings: Partial<Serving> = {}, targets: Record<number, ServedTarget> = { 1: target() }) {
        const parts = bacnetServing(targets, settings);
        return { ...parts, wire: await new BacnetWire(clock, parts.serving).start() };
    }

    it('answers Who-Is with limits at once, and one without after a random time, once', async () => {
        const { wire } = await wireOf();
        assert.deepEqual(wire.frame('810b000c0120ffff00ff1008'), []);
        assert.deepEqual(wire.frame('810b000c0120ffff00ff1008'), []);
        clock.advanceSync(249);
        assert.deepEqual(wire.sent, []);
        clock.advanceSync(1);
        assert.deepEqual(wire.news(), [I_AM]);
        clock.advanceSync(1000);
        assert.deepEqual(wire.sent, []);
        // 1000 to 1234, and 1235 to 1300.
        assert.deepEqual(wire.ask('10080a03e81a04d2'), [I_AM]);
        assert.deepEqual(wire.ask('10080a04d31a0514'), []);
    });

    it('answers a question from behind a router through that router', async () => {
        const { wire } = await wireOf();
        // From station 17 of network 5; 4,194,303 at most.
        const [answer] = wire.frame('810b0016 0128ffff00 0005 01 17 ff 1008 0900 1b3fffff');
        // DNET 5, DLEN 1, DADR 17, hop count 255.
        assert.equal(answer, `810a001a012000050117ff${I_AM}`);
        assert.deepEqual(wire.sent[0]!.to, CLIENT);
    });

    it('passes over what is for another network, and knows the number of its own', async () => {
        const { wire } = await wireOf({ networkNumber: 7 });
        assert.deepEqual(wire.frame('810b00120120000900ff10080a04d21a04d2'), []);
        assert.deepEqual(wire.frame('810b00120120000700ff10080a04d21a04d2').length, 1);
        // What-Is-Network-Number, answered by Network-Number-Is 7, configured.
        assert.deepEqual(wire.frame('810b0007018012'), ['810a000a018013000701']);
    });

    it('answers Who-Has by identifier and by name', async () => {
        const { wire } = await wireOf();
        const iHave = `1001c4020004d2c4000003e9751500${Buffer.from('UPS 1.Battery charge').toString('hex')}`;
        assert.deepEqual(wire.ask('10070a04d21a04d22c000003e9'), [iHave]);
        const name = `3d1500${Buffer.from('UPS 1.Battery charge').toString('hex')}`;
        wire.ask(`1007${name}`);
        wire.news();
        clock.advanceSync(500);
        assert.deepEqual(wire.news(), [iHave]);
        assert.deepEqual(wire.ask('10070a04d21a04d22c0000ffff'), []);
    });

    it('reads a property, and says what is not there', async () => {
        const { wire } = await wireOf();
        // 80.0
        assert.deepEqual(wire.ask(READ_CHARGE), ['30010c0c000003e919553e4442a000003f']);
        // Unknown object 0,9; unknown property 9; index of what is no array; the object list has no element 200.
        assert.deepEqual(wire.ask('0005020c0c000000091955'), ['50020c9101911f']);
        assert.deepEqual(wire.ask('0005030c0c000003e91909'), ['50030c91029120']);
        assert.deepEqual(wire.ask('0005040c0c000003e919552901'), ['50040c91029132']);
        assert.deepEqual(wire.ask('0005050c0c020004d2194c29c8'), ['50050c9102912a']);
        // Element 0 is their number: 19 measures, 35 alarms, 3 states, and the device itself.
        assert.deepEqual(wire.ask('0005060c0c020004d2194c2900'), ['30060c0c020004d2194c29003e213a3f']);
        // Element 1 is the device; its instance may be named 4194303.
        assert.deepEqual(wire.ask('0005070c0c023fffff194c2901'), ['30070c0c020004d2194c29013ec4020004d23f']);
    });

    it('reads many: each thing that cannot be read has its error', async () => {
        const { wire } = await wireOf();
        const asked = '0005010e 0c000003e9 1e 0955 0909 1f 0c00000009 1e 0955 1f';
        assert.deepEqual(wire.ask(asked), [
            '30010e0c000003e91e29554e4442a000004f29095e910291205f1f0c000000091e29555e9101911f5f1f',
        ]);
        // What an alarm must have: id, name, type, value, flags, event state, out of service, polarity; not Property_List.
        const [required] = wire.ask('0005020e 0c00c003e9 1e 0969 1f');
        const name = Buffer.from('UPS 1.Alarm battery bad').toString('hex');
        assert.equal(
            required,
            `30020e0c00c003e91e294b4ec400c003e94f294d4e751800${name}4f294f4e91034f29554e91004f296f4e8204004f29244e91004f29514e104f29544e91004f1f`,
        );
        // Optional ones alone, and all: 28 and 103, 46 and 4.
        const [optional] = wire.ask('0005030e0c00c003e91e09501f');
        assert.match(optional!, /^30030e0c00c003e91e291c4e.*29674e91004f292e4e.*29044e.*4f1f$/);
        const [all] = wire.ask('0005040e0c00c003e91e09081f');
        assert.equal([...all!.matchAll(/29(4b|4d|4f|55|1c|6f|24|67|51|54|2e|04)4e/g)].length, 12);
        assert.doesNotMatch(all!, /2a0173/);
        // Property_List itself has no identifier, name, type or list.
        const [list] = wire.ask('0005050c0c00c003e91a0173');
        assert.equal(list, '30050c0c00c003e91a01733e9155911c916f9124916791519154912e91043f');
    });

    it('rejects what it does not understand, and is silent to what is no request', async () => {
        const { wire, refusals } = await wireOf();
        // Service 99: unrecognized-service. No parameters, too many, a wrong tag. AtomicReadFile is not there.
        assert.deepEqual(wire.ask('00050163'), ['600109']);
        assert.deepEqual(wire.ask('0005020c'), ['600205']);
        assert.deepEqual(wire.ask('0005030c0c000003e919550000'), ['600307']);
        assert.deepEqual(wire.ask('0005040c1c000003e91955'), ['600404']);
        assert.deepEqual(wire.ask('000505060000'), ['600509']);
        // Neither writes nor DeviceCommunicationControl are switched on.
        assert.deepEqual(wire.ask('0005060f0c000003e919553e4442a000003f'), ['600609']);
        assert.deepEqual(wire.ask('00050711190c'), ['600709']);
        // A request in segments is aborted.
        assert.deepEqual(wire.ask('0c050801100c0c000003e91955'), ['710804']);
        for (const frame of ['', '81', '810a', '810a00040104', '820a000a010400050101', '810a00060204', '810a00060104'])
            assert.deepEqual(wire.frame(frame), []);
        // Confirmed requests to everybody are nobody's.
        assert.deepEqual(wire.frame(`810b00110104${READ_CHARGE}`), []);
        assert.ok(refusals.length > 0 && refusals.every((reason) => reason === 'malformed'));
    });

    it('sends a long answer in segments, as the client acknowledges them', async () => {
        const upses = Object.fromEntries([1, 2, 3, 4, 5].map((n) => [n, target({ id: `u${n}`, name: `UPS ${n}` })]));
        const { wire } = await wireOf({}, upses);
        // 5 × 57 + 1 identifiers of 5 bytes; 480 bytes at a time, any number of segments.
        const asked = '0273090c0c020004d2194c';
        const [first, ...none] = wire.ask(asked);
        assert.deepEqual(none, []);
        assert.match(first!, /^3c0900100c0c020004d2194c3ec4020004d2c4000003e9/);
        assert.equal(first!.length, 2 * 480);
        // All at once up to the window of the client, 2.
        const more = wire.ask('40090002');
        assert.deepEqual(
            more.map((segment) => segment.slice(0, 10)),
            ['3c0901100c', '3c0902100c'],
        );
        // One of them was lost: from there again.
        const again = wire.ask('42090102');
        assert.deepEqual(
            again.map((segment) => segment.slice(0, 10)),
            ['3c0902100c', '380903100c'],
        );
        const content = [first!, more[0]!, ...again].map((segment) => segment.slice(10)).join('');
        assert.equal(content.length / 2, 5 + 2 + 1 + 286 * 5 + 1);
        assert.ok(content.endsWith('c404c0138b3f'), content.slice(-12));
        wire.ask('40090302');
        wire.news();
        clock.advanceSync(60_000);
        assert.deepEqual(wire.sent, []);
    });

    it('sends a segment four times without an answer, and nothing after an abort', async () => {
        const { wire } = await wireOf();
        const asked = '0271090c0c020004d2194c';
        wire.ask(asked);
        clock.advanceSync(60_000);
        assert.equal(wire.news().length, 4);
        wire.ask(asked.replace('09', '0a'));
        wire.ask('700a00');
        wire.news();
        clock.advanceSync(60_000);
        assert.deepEqual(wire.sent, []);
    });

    it('aborts where the client takes no segments, or fewer than are needed', async () => {
        const { wire } = await wireOf();
        // 128 bytes, no segments: segmentation-not-supported. Two segments: buffer-overflow.
        assert.deepEqual(wire.ask('0001010c0c020004d2194c'), ['710104']);
        assert.deepEqual(wire.ask('0211020c0c020004d2194c'), ['710201']);
        // A thousand lists of objects in one answer are never made.
        const lists = '094c'.repeat(700);
        assert.deepEqual(wire.ask(`0275030e0c020004d21e${lists}1f`), ['710301']);
    });

    it('answers an address a hundred times a second; what is too much waits, and then is dropped', async () => {
        const { wire, refusals } = await wireOf();
        for (let n = 0; n < 300; n++) wire.ask(READ_CHARGE);
        assert.equal(wire.news().length, 100);
        assert.equal(refusals.filter((reason) => reason === 'too-many').length, 100);
        clock.advanceSync(999);
        assert.deepEqual(wire.sent, []);
        clock.advanceSync(1);
        assert.equal(wire.news().length, 100);
        // Others do not wait for it.
        assert.equal(wire.ask(READ_CHARGE, { address: '192.0.2.10', port: 47_808 }).length, 1);
    });

    it('answers no strangers, and passes over what they ask everybody', async () => {
        const { wire, refusals } = await wireOf();
        const stranger = { address: '198.51.100.1', port: 47_808 };
        assert.deepEqual(wire.frame('810b000c0120ffff00ff1008', stranger), []);
        assert.deepEqual(refusals, []);
        assert.deepEqual(wire.ask(READ_CHARGE, stranger), []);
        assert.deepEqual(refusals, ['stranger']);
        // Forwarded by an allowed one for a stranger.
        assert.deepEqual(wire.frame('81040014 c6336401bac0 0104 10080a04d21a04d2'), []);
        clock.advanceSync(500);
        assert.deepEqual(wire.sent, []);
    });

    it('answers nobody at port 0, whoever a BBMD or a forged datagram names', async () => {
        const { wire, refusals } = await wireOf();
        // Who-Is of 192.0.2.9:0 by way of 192.0.2.9.
        assert.deepEqual(wire.frame('8104000e c0000209 0000 0100 1008'), []);
        assert.deepEqual(wire.ask('0005030509121c000003e92900', { address: '192.0.2.9', port: 0 }), []);
        clock.advanceSync(1000);
        assert.deepEqual(wire.sent, []);
        assert.equal(wire.server.subscriptionCount, 0);
        assert.deepEqual(refusals, ['malformed', 'malformed']);
    });

    it('answers no request to everybody in its network', async () => {
        const { wire } = await wireOf({ networkNumber: 7 });
        // To network 7 without a station: all of them.
        assert.deepEqual(wire.frame('810a0015 0120 0007 00 ff 0005010c0c000003e91955'), []);
        assert.equal(wire.frame('810a0012 0120 0007 00 ff 10080a04d21a04d2').length, 1);
    });

    it('makes no more of long answers than can be sent, and answers others meanwhile', async () => {
        const { wire } = await wireOf();
        // The list of objects 600 times over: 174 kB, which are more than any answer has.
        const greedy = `0005010e0c020004d21e${'094c'.repeat(600)}1f`;
        const answers: string[] = [];
        for (let n = 0; n < 10; n++) answers.push(...wire.ask(greedy));
        // Abort: buffer-overflow, and after half a megabyte out-of-resources, whatever is asked.
        assert.deepEqual(answers, [...Array(5).fill('710101'), ...Array(5).fill('710109')]);
        assert.deepEqual(wire.ask(READ_CHARGE), ['710109']);
        assert.match(wire.ask(READ_CHARGE, { address: '192.0.2.10', port: 47_808 })[0]!, /^30/);
        clock.advanceSync(1000);
        assert.match(wire.ask(READ_CHARGE)[0]!, /^30/);
    });

    it('has room for answers in segments to others, however many one address leaves open', async () => {
        const { wire } = await wireOf();
        // All of device 1234, for a client that takes 50 bytes and any number of segments.
        const all = '02700a0e0c020004d21e094c1f';
        for (let port = 1; port <= 20; port++) {
            for (let id = 1; id <= 5; id++) {
                wire.ask(`0270${id.toString(16).padStart(2, '0')}0e0c020004d21e094c1f`, {
                    address: '192.0.2.66',
                    port,
                });
            }
            clock.advanceSync(50);
        }
        for (let id = 1; id <= 4; id++) {
            const [answer] = wire.ask(all.replace('0a', `0${id}`), { address: '192.0.2.10', port: 47_808 });
            assert.match(answer!, /^3c/, String(id));
        }
    });

    it('declines what only a BBMD does', async () => {
        const { wire } = await wireOf();
        // Register-Foreign-Device, Read-Broadcast-Distribution-Table.
        assert.deepEqual(wire.frame('81050006012c'), ['810000060030']);
        assert.deepEqual(wire.frame('81020004'), ['810000060020']);
    });

    it('registers at a BBMD, renews it, and answers whom the BBMD passes on', async () => {
        const bbmd = { address: '203.0.113.1', port: 47_808 };
        const { wire } = await wireOf({ bbmd: { ...bbmd, ttlSeconds: 300 } });
        const frames = () => wire.sent.splice(0).map(({ frame, to }) => `${to.address} ${frame.toString('hex')}`);
        const registration = '203.0.113.1 81050006012c';
        assert.deepEqual(frames(), [registration]);
        clock.advanceSync(3000);
        assert.equal(wire.server.registration, 'silent');
        clock.advanceSync(30_000);
        assert.deepEqual(frames(), [registration]);
        wire.frame('810000060000', bbmd);
        assert.equal(wire.server.registration, 'registered');
        clock.advanceSync(149_999);
        assert.deepEqual(frames(), []);
        clock.advanceSync(1);
        assert.deepEqual(frames(), [registration]);
        wire.frame('810000060030', bbmd);
        assert.equal(wire.server.registration, 'refused');
        // Who-Is of 192.0.2.77:47809, by way of the BBMD, which is itself no client.
        wire.frame('81040014 c000024dbac1 0100 10080a04d21a04d2', bbmd);
        assert.deepEqual(wire.sent.at(-1)?.to, { address: '192.0.2.77', port: 47_809 });
        assert.deepEqual(wire.ask(READ_CHARGE, bbmd), []);
    });

    it('keeps its list of objects and its revision over a restart, before the first reading', async () => {
        const before = await wireOf();
        const revision = '0005010c0c020004d2199b';
        const count = '0005010c0c020004d2194c2900';
        const known = [before.wire.ask(revision), before.wire.ask(count)];
        assert.deepEqual(known[0], ['30010c0c020004d2199b3e21013f']);
        const silent = { served: () => undefined, supports: () => false, order: () => Promise.resolve() };
        const parts = bacnetServing({ 1: silent });
        for (const [name, json] of before.kept) parts.kept.set(name, json);
        const after = await new BacnetWire(clock, parts.serving).start();
        assert.deepEqual([after.ask(revision), after.ask(count)], known);
        // A UPS more is another list.
        parts.serving.numbers = [1, 2];
        after.server.serve(parts.serving);
        assert.deepEqual(after.ask(revision), ['30010c0c020004d2199b3e21023f']);
    });

    it('shows who asks', async () => {
        const { wire } = await wireOf({ senders: new AllowedSenders('*') });
        wire.ask(READ_CHARGE);
        const [client] = wire.server.activeClients();
        assert.deepEqual([client!.address, client!.lastRequest], ['192.0.2.9', 'ReadProperty analog-input 1001']);
    });
});
