import { strict as assert } from 'node:assert';
import { UpsError } from '../../../../lib/core/errors';
import {
    NO_REQUESTS,
    count,
    decide,
    redundancyGroup,
    restored,
    type RedundancyState,
} from '../../../../lib/protocols/rccmd/redundancy';

const [A, B, C] = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];

function play(
    quorum: number | undefined,
    words: [string, string, number?][],
    expireMs = 0,
    from: RedundancyState = NO_REQUESTS,
) {
    const group = redundancyGroup([A!, B!, C!], quorum, expireMs);
    let state = from;
    const decisions = words.map(([said, sender, at = 0]) => {
        const step = decide(group, state, said === 'down' ? 'shutdown' : 'wakeup', sender, at);
        // Whatever happens, the state goes through JSON on its way to the journal.
        state = JSON.parse(JSON.stringify(step.state)) as RedundancyState;
        return step.decision.decision;
    });
    return { decisions, state };
}

describe('RCCMD redundancy group', () => {
    it('holds a shutdown until enough distinct members have said so', () => {
        const { decisions } = play(2, [
            ['down', A!],
            ['down', A!],
            ['down', B!],
            ['down', C!],
        ]);
        assert.deepEqual(decisions, ['held', 'held', 'act', 'act']);
        assert.deepEqual(
            play(undefined, [
                ['down', A!],
                ['down', B!],
                ['down', C!],
            ]).decisions,
            ['held', 'held', 'act'],
        );
        assert.deepEqual(play(1, [['down', C!]]).decisions, ['act']);
    });

    it('lets a wakeup take back the shutdown of its own sender only', () => {
        const { decisions, state } = play(2, [
            ['down', A!],
            ['up', B!],
            ['up', A!],
            ['down', B!],
            ['down', A!],
        ]);
        assert.deepEqual(decisions, ['held', 'withdrawn', 'withdrawn', 'held', 'act']);
        assert.equal(count(state), 2);
    });

    it('says that it is too late when the group has acted, and then begins anew', () => {
        const { decisions } = play(2, [
            ['down', A!],
            ['down', B!],
            ['down', C!],
            ['up', A!],
            ['up', B!],
            ['down', A!],
        ]);
        assert.deepEqual(decisions, ['held', 'act', 'act', 'withdrawn', 'too-late', 'act']);
        assert.deepEqual(
            play(2, [
                ['down', A!],
                ['down', B!],
                ['up', A!],
                ['up', B!],
                ['down', A!],
            ]).decisions.slice(-1),
            ['held'],
        );
    });

    it('does not listen to others', () => {
        const { decisions, state } = play(1, [
            ['down', '10.0.0.9'],
            ['up', '10.0.0.9'],
            ['down', '__proto__'],
        ]);
        assert.deepEqual(decisions, ['not-a-member', 'not-a-member', 'not-a-member']);
        assert.equal(count(state), 0);
    });

    it('counts a word from when it was said last: who goes on saying it is heard', () => {
        const words: ['down', string, number][] = [
            ['down', A!, 0],
            ['down', A!, 900],
            ['down', A!, 1800],
            ['down', B!, 2500],
        ];
        assert.deepEqual(play(2, words, 1000).decisions, ['held', 'held', 'held', 'act']);
        assert.deepEqual(play(2, [words[0]!, words[3]!], 1000).decisions, ['held', 'held']);
    });

    it('forgets a word that is too old', () => {
        const { decisions } = play(
            2,
            [
                ['down', A!, 0],
                ['down', B!, 1000],
                ['down', C!, 1500],
            ],
            1000,
        );
        assert.deepEqual(decisions, ['held', 'held', 'act']);
        assert.deepEqual(
            play(2, [
                ['down', A!, 0],
                ['down', B!, 10 ** 12],
            ]).decisions,
            ['held', 'act'],
        );
    });

    it('counts after a restart what was said before, unless it has been acted upon', () => {
        const held = play(2, [['down', A!]]).state;
        assert.deepEqual(play(2, [['down', B!]], 0, restored(held)).decisions, ['act']);
        const acted = play(2, [
            ['down', A!],
            ['down', B!],
        ]).state;
        assert.deepEqual(play(2, [['down', C!]], 0, restored(acted)).decisions, ['held']);
        for (const broken of [undefined, null, 1, 'x', {}, { said: 1 }, { said: { [A!]: 'x' } }]) {
            assert.equal(count(restored(broken)), 0);
        }
    });

    it('forgets who has left the group', () => {
        const state = { said: { '10.9.9.9': 0, [A!]: 0 } };
        assert.deepEqual(
            play(
                2,
                [
                    ['up', C!],
                    ['down', B!],
                ],
                0,
                state,
            ).decisions,
            ['withdrawn', 'act'],
        );
        assert.deepEqual(play(3, [['down', B!]], 0, state).decisions, ['held']);
    });

    it('wants a quorum that can be reached', () => {
        for (const quorum of [4, -1, 1.5]) assert.throws(() => redundancyGroup([A!, B!, C!], quorum), UpsError);
        assert.throws(() => redundancyGroup([]), UpsError);
        assert.equal(redundancyGroup([A!, B!], 0).quorum, 2);
    });
});
