import assert from 'node:assert/strict';
import { MemoryNutServer, user, type FakeServing } from '../../../support/nut-serving';
import { NutUsers } from '../../../../lib/protocols/nut-server/users';

/** What upsd 2.8.0 was sent on one connection, and what it answered: recorded from Debian's upsd with a dummy-ups. */
type Talk = [sent: string, answer: string][];

const ANYBODY: Talk = [
    ['VER', 'Ridethrough 1.0.0'],
    ['NETVER', '1.3'],
    ['PROTVER', '1.3'],
    ['HELP', 'Commands: HELP VER GET LIST SET INSTCMD LOGIN LOGOUT USERNAME PASSWORD STARTTLS'],
    ['help', 'Commands: HELP VER GET LIST SET INSTCMD LOGIN LOGOUT USERNAME PASSWORD STARTTLS'],
    ['VER extra', 'ERR INVALID-ARGUMENT'],
    ['NETVER extra', 'ERR INVALID-ARGUMENT'],
    ['HELP extra', 'ERR INVALID-ARGUMENT'],
    ['', 'ERR UNKNOWN-COMMAND'],
    ['   ', 'ERR UNKNOWN-COMMAND'],
    ['FOO', 'ERR UNKNOWN-COMMAND'],
    ['GET', 'ERR INVALID-ARGUMENT'],
    ['GET FOO', 'ERR INVALID-ARGUMENT'],
    ['GET VAR', 'ERR INVALID-ARGUMENT'],
    ['GET VAR model', 'ERR INVALID-ARGUMENT'],
    ['GET VAR model nope', 'ERR VAR-NOT-SUPPORTED'],
    ['GET VAR nope ups.status', 'ERR UNKNOWN-UPS'],
    ['GET VAR model ups.status', 'VAR model ups.status "OL"'],
    ['GET VAR model ups.status extra', 'VAR model ups.status "OL"'],
    ['get var model ups.status', 'VAR model ups.status "OL"'],
    ['GET VAR MODEL ups.status', 'VAR MODEL ups.status "OL"'],
    ['GET VAR gone ups.status', 'ERR DRIVER-NOT-CONNECTED'],
    ['GET VAR model server.version', 'VAR model server.version "Ridethrough 1.0.0"'],
    ['GET TYPE model ups.status', 'TYPE model ups.status STRING:32'],
    ['GET TYPE model ups.delay.shutdown', 'TYPE model ups.delay.shutdown RW RANGE'],
    ['GET TYPE model battery.charge', 'TYPE model battery.charge NUMBER'],
    ['GET TYPE model nope', 'ERR VAR-NOT-SUPPORTED'],
    ['GET TYPE gone x', 'ERR DRIVER-NOT-CONNECTED'],
    ['GET DESC model ups.status', 'DESC model ups.status "UPS status"'],
    ['GET DESC model nope', 'DESC model nope "Description unavailable"'],
    ['GET DESC nope nope', 'ERR UNKNOWN-UPS'],
    ['GET UPSDESC model', 'UPSDESC model "A model"'],
    ['GET UPSDESC nope', 'ERR UNKNOWN-UPS'],
    ['GET UPSDESC gone', 'UPSDESC gone "Unavailable"'],
    ['GET UPSDESC', 'ERR INVALID-ARGUMENT'],
    ['GET CMDDESC model load.off', 'CMDDESC model load.off "Turn off the load immediately"'],
    ['GET CMDDESC model nope', 'CMDDESC model nope "Description unavailable"'],
    ['GET CMDDESC model', 'ERR INVALID-ARGUMENT'],
    ['GET NUMLOGINS model', 'NUMLOGINS model 0'],
    ['GET NUMLOGINS nope', 'ERR UNKNOWN-UPS'],
    ['GET NUMLOGINS gone', 'ERR DRIVER-NOT-CONNECTED'],
    ['GET NUMLOGINS', 'ERR INVALID-ARGUMENT'],
    ['GET TRACKING', 'OFF'],
    ['GET TRACKING abc', 'ERR FEATURE-NOT-CONFIGURED'],
    ['LIST', 'ERR INVALID-ARGUMENT'],
    ['LIST FOO', 'ERR INVALID-ARGUMENT'],
    ['LIST UPS', 'BEGIN LIST UPS|UPS model "A model"|UPS gone "Description unavailable"|END LIST UPS'],
    ['LIST UPS x', 'BEGIN LIST UPS|UPS model "A model"|UPS gone "Description unavailable"|END LIST UPS'],
    ['LIST VAR', 'ERR INVALID-ARGUMENT'],
    ['LIST VAR nope', 'ERR UNKNOWN-UPS'],
    [
        'LIST VAR model',
        'BEGIN LIST VAR model|VAR model battery.charge "87"|VAR model ups.delay.shutdown "20"|VAR model ups.status "OL"|END LIST VAR model',
    ],
    ['LIST VAR gone', 'ERR DRIVER-NOT-CONNECTED'],
    ['LIST RW model', 'BEGIN LIST RW model|RW model ups.delay.shutdown "20"|END LIST RW model'],
    ['LIST RW', 'ERR INVALID-ARGUMENT'],
    ['LIST CMD model', 'BEGIN LIST CMD model|CMD model load.off|CMD model test.battery.start|END LIST CMD model'],
    ['LIST CMD nope', 'ERR UNKNOWN-UPS'],
    ['LIST ENUM model ups.status', 'BEGIN LIST ENUM model ups.status|END LIST ENUM model ups.status'],
    ['LIST ENUM model', 'ERR INVALID-ARGUMENT'],
    ['LIST ENUM model nope', 'ERR VAR-NOT-SUPPORTED'],
    ['LIST RANGE model ups.status', 'BEGIN LIST RANGE model ups.status|END LIST RANGE model ups.status'],
    [
        'LIST RANGE model ups.delay.shutdown',
        'BEGIN LIST RANGE model ups.delay.shutdown|RANGE model ups.delay.shutdown "0" "600"|END LIST RANGE model ups.delay.shutdown',
    ],
    ['LIST RANGE model nope', 'ERR VAR-NOT-SUPPORTED'],
    ['LIST CLIENT model', 'BEGIN LIST CLIENT model|END LIST CLIENT model'],
    ['LIST CLIENT nope', 'ERR UNKNOWN-UPS'],
    ['LIST CLIENT', 'ERR INVALID-ARGUMENT'],
    ['LIST CLIENTS model', 'ERR INVALID-ARGUMENT'],
    ['GET VAR hidden ups.status', 'VAR hidden ups.status "OL"'],
];

const BEFORE_A_NAME: Talk = [
    ...['SET', 'SET VAR', 'SET VAR model ups.delay.shutdown 30', 'SET TRACKING ON', 'INSTCMD', 'INSTCMD model'],
    ...[
        'INSTCMD model load.off',
        'LOGIN',
        'LOGIN model',
        'PRIMARY',
        'PRIMARY model',
        'MASTER model',
        'FSD',
        'FSD model',
    ],
].map((sent): [string, string] => [sent, 'ERR USERNAME-REQUIRED']);

const WRONG_PASSWORD: Talk = [
    ...BEFORE_A_NAME,
    ['USERNAME', 'ERR INVALID-ARGUMENT'],
    ['PASSWORD', 'ERR INVALID-ARGUMENT'],
    ['USERNAME a b', 'ERR INVALID-ARGUMENT'],
    ['STARTTLS', 'ERR FEATURE-NOT-CONFIGURED'],
    ['USERNAME guest', 'OK'],
    ['USERNAME guest', 'ERR ALREADY-SET-USERNAME'],
    ['LOGIN model', 'ERR PASSWORD-REQUIRED'],
    ['PASSWORD wrong', 'OK'],
    ['PASSWORD x', 'ERR ALREADY-SET-PASSWORD'],
    ['LOGIN', 'ERR INVALID-ARGUMENT'],
    ['LOGIN nope', 'ERR UNKNOWN-UPS'],
    ['LOGIN model', 'ERR ACCESS-DENIED'],
    ['LOGIN model x', 'ERR INVALID-ARGUMENT'],
    ['PRIMARY model', 'ERR ACCESS-DENIED'],
    ['FSD model', 'ERR ACCESS-DENIED'],
    ['SET VAR model ups.delay.shutdown 30', 'ERR ACCESS-DENIED'],
    ['INSTCMD model load.off', 'ERR ACCESS-DENIED'],
    ['SET TRACKING ON', 'OK'],
    ['LOGOUT', 'OK Goodbye<closed>'],
];

const SECONDARY: Talk = [
    ['PASSWORD guest', 'OK'],
    ['LOGIN model', 'ERR USERNAME-REQUIRED'],
    ['USERNAME guest', 'OK'],
    ['LOGIN model', 'OK'],
    ['LOGIN model', 'ERR ALREADY-LOGGED-IN'],
    ['LIST CLIENT model', 'BEGIN LIST CLIENT model|CLIENT model 192.0.2.7|END LIST CLIENT model'],
    ['GET NUMLOGINS model', 'NUMLOGINS model 1'],
    ['LIST CLIENT gone', 'BEGIN LIST CLIENT gone|END LIST CLIENT gone'],
    ['PRIMARY', 'ERR INVALID-ARGUMENT'],
    ['PRIMARY nope', 'ERR UNKNOWN-UPS'],
    ['MASTER model', 'ERR ACCESS-DENIED'],
    ['FSD nope', 'ERR UNKNOWN-UPS'],
    ['FSD model', 'ERR ACCESS-DENIED'],
    ['LOGOUT x', 'ERR INVALID-ARGUMENT'],
];

const PRIMARY: Talk = [
    ['USERNAME boss', 'OK'],
    ['PASSWORD boss', 'OK'],
    ['PRIMARY model', 'OK PRIMARY-GRANTED'],
    ['LOGIN model', 'OK'],
    ['PRIMARY model', 'OK PRIMARY-GRANTED'],
    ['MASTER model', 'OK MASTER-GRANTED'],
    ['FSD', 'ERR INVALID-ARGUMENT'],
    ['FSD model', 'OK FSD-SET'],
    ['INSTCMD model load.off', 'ERR ACCESS-DENIED'],
];

const OPERATOR: Talk = [
    ['USERNAME admin', 'OK'],
    ['PASSWORD "se cret"', 'OK'],
    ['SET', 'ERR INVALID-ARGUMENT'],
    ['SET FOO', 'ERR INVALID-ARGUMENT'],
    ['SET VAR', 'ERR INVALID-ARGUMENT'],
    ['SET VAR model', 'ERR INVALID-ARGUMENT'],
    ['SET VAR model ups.delay.shutdown', 'ERR INVALID-ARGUMENT'],
    ['SET VAR model nope 1', 'ERR VAR-NOT-SUPPORTED'],
    ['SET VAR nope nope 1', 'ERR UNKNOWN-UPS'],
    ['SET VAR model battery.charge 1', 'ERR READONLY'],
    ['SET VAR model ups.delay.shutdown 601', 'ERR INVALID-VALUE'],
    ['SET VAR model ups.delay.shutdown x', 'ERR INVALID-VALUE'],
    ['SET VAR model ups.delay.shutdown 30', 'OK'],
    ['SET TRACKING', 'ERR INVALID-ARGUMENT'],
    ['SET TRACKING FOO', 'ERR INVALID-ARGUMENT'],
    ['SET TRACKING ON', 'OK'],
    ['GET TRACKING', 'ON'],
    ['GET TRACKING 01234567-0123-0123-0123-0123456789AB', 'ERR UNKNOWN'],
    ['SET TRACKING OFF', 'OK'],
    ['INSTCMD model nope', 'ERR CMD-NOT-SUPPORTED'],
    ['INSTCMD nope load.off', 'ERR UNKNOWN-UPS'],
    ['INSTCMD model load.off', 'OK'],
    ['INSTCMD model load.off 5', 'OK'],
    ['INSTCMD model load.off x', 'ERR INVALID-ARGUMENT'],
    ['INSTCMD', 'ERR INVALID-ARGUMENT'],
    ['INSTCMD model', 'ERR INVALID-ARGUMENT'],
    ['FSD model', 'ERR ACCESS-DENIED'],
];

const QUOTES: Talk = [
    ['GET VAR "model" "ups.status"', 'VAR model ups.status "OL"'],
    ['GET VAR model ups.status # comment', 'VAR model ups.status "OL"'],
    ['# only', 'ERR UNKNOWN-COMMAND'],
    ['GET=VAR', 'ERR INVALID-ARGUMENT'],
    ['GET VAR model=ups.status', 'ERR VAR-NOT-SUPPORTED'],
    ['GET VAR model ups.st\\atus', 'VAR model ups.status "OL"'],
    ['\x01\x02', 'ERR UNKNOWN-COMMAND'],
    ['\tGET\tVAR\tmodel\tups.status', 'VAR model ups.status "OL"'],
    ['GET VAR model ups.status\r', 'VAR model ups.status "OL"'],
    [Array(40).fill('a').join(' '), 'ERR UNKNOWN-COMMAND'],
    [`GET VAR ${Array(40).fill('model').join(' ')}`, 'ERR VAR-NOT-SUPPORTED'],
    [`GET VAR model ${'y'.repeat(600)}`, 'ERR VAR-NOT-SUPPORTED'],
    ['GET VAR "mod', ''],
    ['el" ups.status', 'ERR UNKNOWN-UPS'],
    ['GET VAR "model ups.status', ''],
    ['"', 'ERR INVALID-ARGUMENT'],
    ['constructor', 'ERR UNKNOWN-COMMAND'],
    ['GET __proto__ model', 'ERR INVALID-ARGUMENT'],
];

describe("a client of the NUT server, answered as by Debian's upsd 2.8.0", () => {
    const TALKS: Record<string, Talk> = {
        'anybody reads': ANYBODY,
        'a wrong password is told at the log-in': WRONG_PASSWORD,
        'a secondary logs in': SECONDARY,
        'a primary orders a shutdown': PRIMARY,
        'an operator writes': OPERATOR,
        'words, quotes and rubbish': QUOTES,
    };
    for (const [what, talk] of Object.entries(TALKS)) {
        it(what, () => {
            const client = new MemoryNutServer().connect();
            assert.deepEqual(
                talk.map(([sent]) => [sent, client.ask(sent)]),
                talk,
            );
        });
    }
});

describe('a session of the NUT server', () => {
    let server: MemoryNutServer;
    let serving: FakeServing;
    beforeEach(() => {
        server = new MemoryNutServer();
        serving = server.serving;
    });
    const connectAs = (name: string, password: string) => {
        const client = server.connect();
        client.ask(`USERNAME ${name}`);
        client.ask(`PASSWORD "${password}"`);
        return client;
    };

    it('tells DATA-STALE of a UPS that is silent', () => {
        serving.model.known = undefined;
        const client = server.connect();
        for (const request of ['GET VAR model ups.status', 'LIST VAR model', 'LIST CMD model', 'GET NUMLOGINS model']) {
            assert.equal(client.ask(request), 'ERR DATA-STALE', request);
        }
    });

    it('hands on who writes what', () => {
        const client = connectAs('admin', 'se cret');
        client.ask('SET VAR model ups.delay.shutdown 45');
        client.ask('INSTCMD model test.battery.start');
        const who = { user: 'admin', address: '192.0.2.7' };
        assert.deepEqual(serving.model.writes, [
            [{ setting: 'ups.delay.shutdown', value: 45 }, who],
            [{ command: { type: 'test', test: 'battery' }, name: 'test.battery.start' }, who],
        ]);
    });

    it('tells later what became of a write', async () => {
        const client = connectAs('admin', 'se cret');
        client.ask('SET TRACKING ON');
        let fail: (error: Error) => void = () => undefined;
        serving.model.written = new Promise((_, reject) => (fail = reject));
        const id = /^OK TRACKING ([0-9A-F-]{36})$/.exec(client.ask('INSTCMD model load.off'))![1]!;
        assert.equal(client.ask(`GET TRACKING ${id}`), 'PENDING');
        fail(new Error('no'));
        await serving.model.written.catch(() => undefined);
        await Promise.resolve();
        assert.equal(client.ask(`GET TRACKING ${id.toLowerCase()}`), 'ERR FAILED');
        serving.model.written = Promise.resolve();
        const done = client.ask('INSTCMD model load.off').split(' ')[2]!;
        await Promise.resolve();
        await Promise.resolve();
        assert.equal(client.ask(`GET TRACKING ${done}`), 'SUCCESS');
    });

    it('lets an operator do only what is on the list, and users only what their role may', () => {
        serving.users = new NutUsers([
            user('admin', 'se cret', 'operator', { commands: ['test.battery.start'], variables: [], names: ['model'] }),
            user('eye', 'eye', 'read'),
            user('one', 'one', 'secondary', { names: ['hidden'] }),
        ]);
        const admin = connectAs('admin', 'se cret');
        assert.equal(admin.ask('INSTCMD model test.battery.start'), 'OK');
        assert.equal(admin.ask('INSTCMD model load.off'), 'ERR ACCESS-DENIED');
        assert.equal(admin.ask('SET VAR model ups.delay.shutdown 30'), 'ERR ACCESS-DENIED');
        assert.equal(admin.ask('LOGIN hidden'), 'ERR ACCESS-DENIED');
        assert.equal(connectAs('eye', 'eye').ask('LOGIN model'), 'ERR ACCESS-DENIED');
        const one = connectAs('one', 'one');
        assert.deepEqual([one.ask('LOGIN model'), one.ask('LOGIN HIDDEN')], ['ERR ACCESS-DENIED', 'OK']);
        assert.equal(server.wrong, 0, 'a right password is no wrong log-in');
        assert.deepEqual(serving.denials[0], ['192.0.2.7', 'admin', 'INSTCMD']);
    });

    it('counts who is logged in, and forgets who is gone', () => {
        const [first, second] = [connectAs('guest', 'guest'), connectAs('guest', 'guest')];
        first.ask('LOGIN model');
        second.ask('LOGIN model');
        assert.equal(first.ask('GET NUMLOGINS model'), 'NUMLOGINS model 2');
        server.sessions.pop();
        assert.equal(first.ask('GET NUMLOGINS model'), 'NUMLOGINS model 1');
    });

    it('cuts off an address after ten wrong log-ins', () => {
        const answers: string[] = [];
        for (let n = 0; n < 11; n++) answers.push(connectAs('guest', 'wrong').ask('LOGIN model'));
        assert.deepEqual(answers, [...Array(10).fill('ERR ACCESS-DENIED'), 'ERR ACCESS-DENIED<closed>']);
    });

    it('cuts off a client that sends nothing for 30 s before it has logged in, and no other', () => {
        const idle = server.connect();
        const busy = server.connect();
        const monitor = connectAs('guest', 'guest');
        monitor.ask('LOGIN model');
        server.clock.advanceSync(20_000);
        busy.ask('VER');
        server.clock.advanceSync(11_000);
        assert.deepEqual([idle.closed, busy.closed, monitor.closed], [true, false, false]);
        server.clock.advanceSync(20_000);
        assert.deepEqual([busy.closed, monitor.closed], [true, false]);
    });

    it('cuts off a line of more than 1,024 bytes, also one in quotes over several lines', () => {
        const long = server.connect();
        assert.equal(long.ask(`X${'x'.repeat(1022)}`), 'ERR UNKNOWN-COMMAND');
        assert.equal(long.ask('x'.repeat(1024)), '<closed>');
        const open = server.connect();
        open.ask(`GET VAR "${'a\n'.repeat(300)}`);
        assert.equal(open.ask('b'.repeat(500)), '<closed>');
    });

    it('tells nothing before TLS where that is required', () => {
        server.hasTls = true;
        serving.requireTls = true;
        const client = server.connect();
        assert.equal(client.ask('LIST UPS'), 'ERR TLS-NOT-ENABLED');
        assert.equal(client.ask('PASSWORD x'), 'ERR TLS-NOT-ENABLED');
        assert.equal(client.ask('VER'), 'Ridethrough 1.0.0');
        assert.equal(client.ask('STARTTLS'), 'OK STARTTLS');
        assert.equal(client.tls, true);
        assert.equal(client.ask('STARTTLS'), 'ERR ALREADY-SSL-MODE');
        assert.match(client.ask('LIST UPS'), /^BEGIN LIST UPS/);
    });

    it('drops what came in the clear behind STARTTLS', () => {
        server.hasTls = true;
        const client = server.connect();
        assert.equal(client.ask('STARTTLS\nUSERNAME admin'), 'OK STARTTLS');
        assert.equal(client.session.username, undefined);
    });

    it('lets only users read where that is set', () => {
        serving.loginToRead = true;
        const client = server.connect();
        assert.equal(client.ask('GET VAR model ups.status'), 'ERR USERNAME-REQUIRED');
        client.ask('USERNAME eye');
        assert.equal(client.ask('LIST UPS'), 'ERR PASSWORD-REQUIRED');
        client.ask('PASSWORD eye');
        assert.equal(client.ask('GET VAR model ups.status'), 'VAR model ups.status "OL"');
        assert.match(client.ask('LIST UPS'), /^BEGIN/);
        assert.equal(connectAs('eye', 'wrong').ask('LIST VAR model'), 'ERR ACCESS-DENIED');
    });

    it('keeps values and passwords out of what it shows of the last request', () => {
        const client = connectAs('admin', 'se cret');
        assert.equal(client.session.lastRequest, 'PASSWORD');
        client.ask('SET VAR model ups.id hush');
        assert.equal(client.session.lastRequest, 'SET VAR model ups.id');
    });

    it('makes no second line of what a value or a name contains', () => {
        serving.model.known!.set('ups.alarm', 'a\nERR "x" \\ #1');
        const client = server.connect();
        assert.equal(client.ask('GET VAR model ups.alarm'), 'VAR model ups.alarm "a ERR \\"x\\" \\\\ \\#1"');
        assert.equal(client.ask('GET DESC model "a\nb"'), 'DESC model a_b "Description unavailable"');
    });
});
