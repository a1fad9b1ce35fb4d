import { strict as assert } from 'node:assert';
import { checkActions } from '../../../../lib/protocols/rccmd/executor';
import { RccmdAuthorizer } from '../../../../lib/protocols/rccmd/authorizer';
import type { ReceivedCommand } from '../../../../lib/protocols/rccmd/receiver';
import { redundancyGroup, type RedundancyState } from '../../../../lib/protocols/rccmd/redundancy';
import { verbTable } from '../../../../lib/protocols/rccmd/verbs';

const command = (verb: string, text = '', sender = '10.0.0.1'): ReceivedCommand => ({
    verb,
    text,
    raw: '',
    sender,
    senderPort: 1,
    port: 6003,
    transport: 'tcp',
});

const actions = [
    { verb: 'execute', text: 'stop.sh', command: '/opt/stop' },
    { verb: 'shutdown', command: '/sbin/halt' },
];

describe('RCCMD gatekeeper', () => {
    it('accepts a shutdown at once without a group, and plans its program', () => {
        const result = new RccmdAuthorizer({ actions }).judge(command('MSG_SHUTDOWN'), 0);
        assert.deepEqual([result.decision, result.planned?.command], ['accepted', '/sbin/halt']);
    });

    it('accepts what needs no program, and refuses to execute what is not on the list', () => {
        const authorizer = new RccmdAuthorizer({ actions });
        for (const verb of ['MSG_MESSAGE', 'MSG_TRAP', 'MSG_LOG', 'MSG_WAKEUP', 'MSG_STRANGE']) {
            const { decision, planned } = authorizer.judge(command(verb, 'x'), 0);
            assert.deepEqual([decision, planned], ['accepted', undefined], verb);
        }
        assert.equal(authorizer.judge(command('MSG_EXECUTE', 'stop.sh'), 0).planned?.command, '/opt/stop');
        const refused = authorizer.judge(command('MSG_EXECUTE', 'rm -rf /'), 0);
        assert.deepEqual([refused.decision, refused.error?.code], ['refused', 'command-not-allowed']);
    });

    it('takes what its list has without a program: the flow does the rest', () => {
        const authorizer = new RccmdAuthorizer({
            actions: checkActions([{ verb: 'execute', text: 'stop.sh', command: '' }]),
        });
        const taken = authorizer.judge(command('MSG_EXECUTE', 'stop.sh'), 0);
        assert.deepEqual([taken.decision, taken.planned], ['accepted', undefined]);
        assert.equal(authorizer.judge(command('MSG_EXECUTE', 'other.sh'), 0).decision, 'refused');
    });

    it('asks its group, and keeps what was said before it tells', () => {
        const kept: RedundancyState[] = [];
        const group = redundancyGroup(['10.0.0.1', '10.0.0.2']);
        const authorizer = new RccmdAuthorizer({ actions, group, keep: (state) => kept.push(state) });
        const held = authorizer.judge(command('MSG_SHUTDOWN'), 5);
        assert.deepEqual(
            [held.decision, held.planned, held.group],
            ['held', undefined, { said: 1, quorum: 2, members: 2 }],
        );
        assert.deepEqual<unknown>(kept, [{ said: { '10.0.0.1': 5 } }]);

        const stranger = authorizer.judge(command('MSG_SHUTDOWN', '', '10.0.0.3'), 6);
        assert.deepEqual([stranger.decision, stranger.error?.code], ['refused', 'command-not-allowed']);
        assert.equal(
            authorizer.judge(command('MSG_LOG', 'x', '10.0.0.3'), 6).decision,
            'accepted',
            'only shutdowns need the group',
        );

        const restarted = new RccmdAuthorizer({ actions, group, kept: kept.at(-1), keep: (state) => kept.push(state) });
        const act = restarted.judge(command('MSG_SHUTDOWN', '', '10.0.0.2'), 7);
        assert.deepEqual([act.decision, act.planned?.command], ['accepted', '/sbin/halt']);
        assert.equal(restarted.judge(command('MSG_EXECUTE', 'wakeup'), 8).decision, 'too-late');
    });

    it('shuts down even when what was said cannot be kept, and says so', () => {
        const group = redundancyGroup(['10.0.0.1']);
        const keep = () => {
            throw new Error('disk full');
        };
        const result = new RccmdAuthorizer({ actions, group, keep }).judge(command('MSG_SHUTDOWN'), 0);
        assert.deepEqual([result.decision, result.planned?.command], ['accepted', '/sbin/halt']);
        assert.deepEqual([result.keepError?.code, result.keepError?.data.reason], ['store-failed', 'disk full']);
    });

    it('knows its verbs by the table it is given', () => {
        const group = redundancyGroup(['10.0.0.1', '10.0.0.2']);
        const authorizer = new RccmdAuthorizer({ actions: [], group, verbs: verbTable({ shutdown: 'MSG_DOWN' }) });
        assert.equal(authorizer.judge(command('MSG_DOWN'), 0).decision, 'held');
        assert.equal(authorizer.judge(command('MSG_SHUTDOWN'), 0).decision, 'accepted');
    });
});
