import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const PROJECT = resolve(__dirname, '../..');

interface Widgets {
    widgetFiles(folder: string): [file: string, content: string][];
}

describe('the dialogs of the pages', () => {
    it('say what the choice of no UPS means, in each language', async () => {
        const script = pathToFileURL(join(PROJECT, 'scripts/lib/dashboard/widgets.mjs')).href;
        const { widgetFiles } = (await import(script)) as Widgets;
        const files = new Map(widgetFiles(join(PROJECT, 'packages/dashboard')));
        const read = (name: string) => files.get(join('dist', 'nodes', name))!;
        assert.match(read('ui-ups-unit.html'), /class="form-tips"[^>]*data-i18n="ui-ups-unit\.tip\.ups"/);
        for (const language of ['en-US', 'de']) {
            const texts = JSON.parse(read(join('locales', language, 'ui-ups-unit.json'))) as {
                'ui-ups-unit': { tip: { ups: string } };
            };
            assert.match(texts['ui-ups-unit'].tip.ups, /\?ups=/);
        }
        // A setting without a tip has no empty box.
        assert.doesNotMatch(read('ui-ups-bar.html'), /form-tips/);
    });
});
