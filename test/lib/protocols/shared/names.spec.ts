import assert from 'node:assert/strict';
import { connect, createServer, type AddressInfo } from 'node:net';
import { Names } from '../../../../lib/protocols/shared/names';
import { hostsNamed, namesToAsk, type Address, type NameLookup } from '../../../../lib/protocols/shared/system-names';
import { FakeClock } from '../../../support/fake-clock';

const found: Address[] = [{ address: '127.0.0.1', family: 4 }];
const unknown = (host: string) => Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' });

/** As libuv has it: two look-ups at a time, the others in line; names that begin with `hang` never end. */
function system(): { way: NameLookup; asked: string[]; table: Map<string, Address[]> } {
    const table = new Map([['server1', found]]);
    const asked: string[] = [];
    const line: (() => void)[] = [];
    let busy = 0;
    const begin = () => {
        if (busy >= 2 || !line.length) return;
        busy++;
        line.shift()!();
    };
    const way = (host: string) =>
        new Promise<Address[]>((resolve, reject) => {
            line.push(() => {
                asked.push(host);
                if (host.startsWith('hang')) return;
                const addresses = table.get(host);
                if (addresses) resolve(addresses);
                else reject(unknown(host));
                busy--;
                begin();
            });
            begin();
        });
    return { way, asked, table };
}

describe('names of hosts', () => {
    function make() {
        const clock = new FakeClock();
        const { way, asked, table } = system();
        const beside = (host: string) =>
            host === 'hang-too'
                ? new Promise<never>(() => {})
                : way2.has(host)
                  ? Promise.resolve(found)
                  : Promise.reject(unknown(host));
        const way2 = new Set(['server1', 'server2']);
        return { clock, asked, table, names: new Names({ system: way, beside }, clock) };
    }
    const outcome = (asking: Promise<Address[]>) => {
        const state: { value?: Address[]; code?: string } = {};
        asking.then(
            (value) => (state.value = value),
            (error: NodeJS.ErrnoException) => (state.code = error.code),
        );
        return state;
    };

    it('that hang hold up no address and no name that a name server knows', async () => {
        const { clock, names } = make();
        const hanging = ['hang-1', 'hang-2', 'hang-3'].map((name) => outcome(names.addressesOf(name)));
        assert.deepEqual(await names.addressesOf('192.0.2.7'), [{ address: '192.0.2.7', family: 4 }]);
        assert.deepEqual(await names.addressesOf('::1'), [{ address: '::1', family: 6 }]);
        const other = outcome(names.addressesOf('server2'));
        await clock.advance(300);
        assert.deepEqual(other.value, found);
        assert.ok(hanging.every(({ value, code }) => !value && !code));
        await clock.advance(5000);
        assert.deepEqual(
            hanging.map(({ code }) => code),
            ['EAI_AGAIN', 'EAI_AGAIN', 'EAI_AGAIN'],
        );
        assert.equal(clock.pending, 0);
    });

    it('are asked of the system alone where it answers', async () => {
        const { clock, names, asked } = make();
        assert.deepEqual(await names.addressesOf('server1'), found);
        assert.deepEqual([asked, clock.pending], [['server1'], 0]);
        await assert.rejects(names.addressesOf('nobody'), { code: 'ENOTFOUND' });
    });

    it('that hang are asked for once, however often somebody wants to know', async () => {
        const { clock, names, asked } = make();
        for (let i = 0; i < 10; i++) {
            outcome(names.addressesOf('hang-too'));
            await clock.advance(6000);
        }
        assert.deepEqual(asked, ['hang-too']);
        assert.equal(clock.pending, 0);
    });

    it('keep the address that was known, when the name server has gone', async () => {
        const { clock, names, table } = make();
        await names.addressesOf('server1');
        table.delete('server1');
        await clock.advance(61_000);
        assert.deepEqual(await names.addressesOf('server1'), found, 'it says that it does not know any more');
        outcome(names.addressesOf('hang-1'));
        outcome(names.addressesOf('hang-2'));
        await clock.advance(61_000);
        const again = outcome(names.addressesOf('server1'));
        await clock.advance(1000);
        assert.deepEqual(again.value, found);
    });

    it('are found for sockets', async () => {
        const { names } = make();
        const server = createServer((socket) => socket.end('hello'));
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        const { port } = server.address() as AddressInfo;
        const socket = connect({ host: 'server1', port, lookup: names.lookup });
        const heard = await new Promise((resolve, reject) =>
            socket.on('data', (bytes) => resolve(String(bytes))).on('error', reject),
        );
        assert.equal(heard, 'hello');
        const lost = connect({ host: 'nobody', port, lookup: names.lookup });
        await assert.rejects(new Promise((_, reject) => lost.on('error', reject)), { code: 'ENOTFOUND' });
        await new Promise((resolve) => server.close(resolve));
    });

    it('stand in a table of hosts, and are searched in domains', () => {
        const table =
            '127.0.0.1 localhost\n# 192.0.2.1 server1\n192.0.2.2\tserver1.lan Server1 # ours\n2001:db8::2 server1\nx server1\n';
        assert.deepEqual(
            hostsNamed('server1', table).map(({ address, family }) => [address, family]),
            [
                ['192.0.2.2', 4],
                ['2001:db8::2', 6],
            ],
        );
        assert.deepEqual(hostsNamed('server', table), []);
        const settings = 'nameserver 192.0.2.1\nsearch lan example.org\n';
        assert.deepEqual(namesToAsk('server1', settings), ['server1.lan', 'server1.example.org', 'server1']);
        assert.deepEqual(namesToAsk('server1.dmz', settings), [
            'server1.dmz',
            'server1.dmz.lan',
            'server1.dmz.example.org',
        ]);
        assert.deepEqual(namesToAsk('server1.lan.', settings), ['server1.lan']);
        assert.deepEqual(namesToAsk('server1', ''), ['server1']);
    });
});
