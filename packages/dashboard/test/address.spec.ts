import assert from 'node:assert/strict';
import { addressOf, addressPart, type Router } from '../ui/lib/address';
import { eventName } from '../ui/lib/event-name';
import { Texts } from '../ui/lib/texts';

/** As vue-router: the new address is there only after the navigation. */
function routerWith(query: Record<string, string>) {
    const current = { value: { path: '/dashboard/data', query: query as Router['currentRoute']['value']['query'] } };
    const visited: object[] = [];
    const router: Router = {
        currentRoute: current,
        async replace({ query: next }) {
            visited.push(next);
            await Promise.resolve();
            current.value = { ...current.value, query: next };
        },
        push: () => Promise.resolve(),
    };
    return { router, current, visited };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('the address of a page', () => {
    it('takes all that is set in one go, by whatever widget, as one navigation', async () => {
        const { router, current, visited } = routerWith({ of: 'u1', from: '1', to: '2' });
        const [from, to] = ['from', 'to'].map((name) => addressPart(addressOf(router), name));
        const span = addressPart(addressOf(router), 'span');
        from!.value = undefined;
        to!.value = undefined;
        span.value = '7d';
        await turn();
        assert.deepEqual(current.value.query, { of: 'u1', span: '7d' });
        assert.equal(visited.length, 1);
    });

    it('shows at once what is set, also while an earlier navigation goes on, and then what the router has', async () => {
        const { router, current } = routerWith({ of: 'u1', from: '1' });
        const address = addressOf(router);
        address.set('from', undefined);
        assert.equal(address.get('from'), undefined);
        await Promise.resolve();
        address.set('of', 'u2');
        assert.deepEqual([address.get('of'), address.get('from')], ['u2', undefined]);
        await turn();
        assert.deepEqual(current.value.query, { of: 'u2' });
        current.value = { ...current.value, query: { of: 'u3' } };
        assert.equal(address.get('of'), 'u3');
    });

    it('is read anew after each navigation', async () => {
        const { router, current } = routerWith({ of: 'u1' });
        const address = addressOf(router);
        assert.equal(address.get('of'), 'u1');
        address.set('of', 'u2');
        await turn();
        assert.equal(address.get('of'), 'u2');
        current.value = { ...current.value, query: { of: ['u3', 'u4'] } };
        assert.equal(address.get('of'), 'u3');
        assert.equal(address.get('from'), undefined);
    });
});

describe('the name of an event', () => {
    it('is that of its kind of source, and its id where it has none', () => {
        const texts = new Texts('en', [
            { event: { 'power-fail': 'Mains failure', 'sensor-alarm-high': 'Alarm high', 'contact-on': 'Contact' } },
        ]);
        assert.deepEqual(
            ['power-fail', 'alarm-high', 'on', 'of-another-package'].map((id) => eventName(texts, id)),
            ['Mains failure', 'Alarm high', 'Contact', 'of-another-package'],
        );
    });
});
