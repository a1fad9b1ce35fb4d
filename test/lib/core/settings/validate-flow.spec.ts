import assert from 'node:assert/strict';
import { declareNode, reference, section, tick, validateFlow, whole } from '../../../../lib/core/settings';

const unit = declareNode({ type: 'ups-unit', family: 'config', sections: [], nameRequired: true });
const job = declareNode({
    type: 'ups-job',
    family: 'jobs',
    sections: [
        section('', { ups: reference('ups-unit', { required: true }), port: whole({ min: 1, max: 9, default: 1 }) }),
    ],
});
const faults = (flow: unknown, options = {}) =>
    validateFlow(flow, [unit as never, job as never], options).map(
        ({ node, property, code, rule }) => `${node} ${property} ${code} ${rule}`,
    );

describe('validateFlow', () => {
    const good = [
        { id: 'u', type: 'ups-unit', name: 'UPS 1' },
        { id: 'j', type: 'ups-job', ups: 'u', z: 't' },
        { id: 'f', type: 'function', func: 'return msg' },
    ];

    it('finds nothing wrong with a good flow, in both forms that Node-RED has', () => {
        assert.deepEqual(faults(good), []);
        assert.deepEqual(faults({ flows: good, rev: '1' }), []);
    });

    it('names node, setting and code of what is wrong', () => {
        const flow = [
            { id: 'u', type: 'ups-unit' },
            { id: 'j', type: 'ups-job', port: 10 },
        ];
        assert.deepEqual(faults(flow), [
            'u name config-missing required',
            'j ups config-missing choose',
            'j port config-invalid wholeBetween',
        ]);
    });

    it('finds references to what is not there, or is something else', () => {
        const flow = [...good, { id: 'k', type: 'ups-job', ups: 'gone' }, { id: 'l', type: 'ups-job', ups: 'f' }];
        assert.deepEqual(faults(flow), ['k ups config-missing choose', 'l ups config-missing choose']);
        assert.deepEqual(faults(flow, { partial: true }), []);
    });

    it('leaves alone what is switched off, and nodes of others', () => {
        assert.deepEqual(
            faults([
                { id: 'j', type: 'ups-job', d: true },
                { id: 'x', type: 'ups-of-others' },
            ]),
            [],
        );
    });

    it('leaves alone a tab that is switched off, and names a reference to a disabled node', () => {
        const tab = { id: 't', type: 'tab', disabled: true };
        assert.deepEqual(faults([tab, { id: 'j', type: 'ups-job', z: 't' }]), []);
        const [ups, ...others] = good;
        assert.deepEqual(faults([{ ...ups, d: true }, ...others]), ['j ups config-missing choose']);
    });

    it('looks at a reference only where it counts', () => {
        const hidden = declareNode({
            type: 'ups-hidden',
            family: 'jobs',
            sections: [
                section('', {
                    secure: tick({ default: false }),
                    tls: reference('tls-config', { when: { secure: true } }),
                }),
            ],
        });
        const check = (secure: boolean) =>
            validateFlow([{ id: 'h', type: 'ups-hidden', secure, tls: 'gone' }], [hidden as never]).length;
        assert.deepEqual([check(false), check(true)], [0, 1]);
    });

    it('refuses a name that is not a text', () => {
        assert.deepEqual(faults([{ id: 'u', type: 'ups-unit', name: { a: 1 } }]), ['u name config-invalid text']);
    });

    it('refuses what is no flow', () => {
        assert.throws(() => faults('[]'), TypeError);
        assert.throws(() => faults(null), TypeError);
    });
});
