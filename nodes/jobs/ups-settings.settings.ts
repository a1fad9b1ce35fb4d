import { declareNode, ownFault, rows, section, text, type FieldFault } from '../../lib/core/settings';
import { chosenUps } from '../shared/fields/ups';

/** `1=on, 0=off`: what each text of the file means. */
const VALUES = /^\s*[^=,]+=[^=,]+(,\s*[^=,]+=[^=,]+)*\s*$/;

function valuesFault(values: string): FieldFault | undefined {
    return values === '' || VALUES.test(values) ? undefined : ownFault('values', values);
}

export const settings = declareNode({
    type: 'ups-settings',
    family: 'jobs',
    ports: { inputs: 1, outputs: ['settings'] },
    label: ['ups'],
    // It works on every message, whatever its edge; a setting stays until somebody sets another.
    role: {
        hasTest: false,
        job: ({ ups }: { ups: string }) => ({
            kind: 'action',
            does: 'run',
            to: [`ups ${ups}`],
            ends: true,
            edge: 'both',
        }),
    },
    sections: [
        section('', { ups: chosenUps() }),
        section('file', {
            // Which key of an .ini file is which setting. No key is assumed.
            keys: rows(
                {
                    setting: text({ required: true }),
                    section: text(),
                    key: text({ required: true }),
                    values: text({ check: valuesFault }),
                },
                { icon: 'file-text-o', unique: { column: 'setting', rule: 'keys' } },
            ),
        }),
    ],
});
