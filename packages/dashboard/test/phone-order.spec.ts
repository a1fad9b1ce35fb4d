import assert from 'node:assert/strict';
import type { UnitTile } from '../../../lib/views';
import { aroundFailures } from '../ui/pages/phone/order';

describe('the phone page', () => {
    const tile = (id: string, state: UnitTile['state']) => ({ id, state }) as UnitTile;
    const order = (units: UnitTile[], hasFailures: boolean) => {
        const { before, behind } = aroundFailures(units, hasFailures);
        return [before, behind].map((each) => each.map(({ id }) => id).join(' '));
    };
    const never = [tile('n1', 'never'), tile('n2', 'never'), tile('n3', 'starting')];

    it('shows failed jobs before UPSs that were never reached', () => {
        assert.deepEqual(order(never, true), ['', 'n1 n2 n3']);
        assert.deepEqual(order([tile('u1', 'outage'), ...never], true), ['u1', 'n1 n2 n3']);
    });

    it('shows how long the battery of the worst one lasts before them, and the others behind', () => {
        assert.deepEqual(order([tile('u1', 'outage'), tile('u2', 'lost'), tile('u3', 'ok')], true), ['u1', 'u2 u3']);
    });

    it('without failed jobs, shows all in their order', () => {
        assert.deepEqual(order([tile('u1', 'outage'), ...never], false), ['u1 n1 n2 n3', '']);
    });
});
