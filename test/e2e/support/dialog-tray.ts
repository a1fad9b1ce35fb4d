import type { Locator, Page } from 'playwright-core';

/** What a page of the editor has. */
interface EditorWindow {
    RED: {
        editor: {
            edit(node: object): void;
            editConfig(name: string, type: string, id: string): void;
            getEditStack(): object[];
        };
        nodes: {
            node(id: string): { type: string; _def: { category: string } } | null;
            getType(type: string): { category: string };
        };
    };
    $(selector: string | Element): {
        val(value: string): { trigger(event: string): void };
        trigger(event: string): void;
    };
}

/** The rows of a dialog that are shown, by the field in each, and what comes and goes with each other choice. */
export interface Rows {
    shown: string[];
    /** `property=value` -> rows that come (`+ name`) or go (`- name`); without those that change nothing. */
    choices: Record<string, string[]>;
}

const CLOSED_MS = 350;

/** The dialog of one node in the editor, also that of a config node. */
export class DialogTray {
    private constructor(
        private readonly page: Page,
        private readonly kind: 'node' | 'config',
    ) {}

    static async open(page: Page, id: string): Promise<DialogTray> {
        const kind = await page.evaluate((node) => {
            const { RED } = window as unknown as EditorWindow;
            const found = RED.nodes.node(node);
            if (!found) throw new Error(`the editor has no node ${node}`);
            const isConfig = found._def.category === 'config';
            if (isConfig) RED.editor.editConfig('', found.type, node);
            else RED.editor.edit(found);
            return isConfig ? 'config' : 'node';
        }, id);
        const tray = new DialogTray(page, kind);
        await page.waitForSelector(tray.button('ok'));
        // It slides in, and its lists take their sizes when it stands.
        await page.waitForTimeout(CLOSED_MS);
        return tray;
    }

    get element(): Locator {
        return this.page.locator('.red-ui-tray').last();
    }

    /** Closes it and keeps nothing. */
    async close(): Promise<void> {
        await this.page.locator(this.button('cancel')).last().click();
        await this.page.waitForFunction(
            () => (window as unknown as EditorWindow).RED.editor.getEditStack().length === 0,
        );
        await this.page.waitForTimeout(CLOSED_MS);
    }

    /** Makes every other choice of every select and tick box, one at a time, and reads which rows are there. */
    rows(): Promise<Rows> {
        return this.page.evaluate(() => {
            const { $ } = window as unknown as EditorWindow;
            const dialog = document.querySelector('.red-ui-tray:last-of-type .ridethrough-dialog') ?? document.body;
            const nameOf = (element: Element) => element.id.replace(/^node-(config-)?input-/, '');
            const isShown = (element: Element) => (element as HTMLElement).getClientRects().length > 0;
            const FIELDS = '[id^="node-input-"], [id^="node-config-input-"]';
            const shown = () =>
                [...dialog.querySelectorAll('.form-row, h4')].filter(isShown).map((row) => {
                    if (row.tagName === 'H4') return `# ${row.getAttribute('data-i18n') ?? row.textContent}`;
                    const fields = [row, ...row.querySelectorAll(FIELDS)].map(nameOf).filter((name) => name !== '');
                    return fields.filter((name) => !/-(lookup|btn)|-(add|edit)$/.test(name))[0] ?? '';
                });
            const all = { shown: shown(), choices: {} as Record<string, string[]> };
            const note = (choice: string) => {
                const now = shown();
                const came = now.filter((row) => !all.shown.includes(row)).map((row) => `+ ${row}`);
                const went = all.shown.filter((row) => !now.includes(row)).map((row) => `- ${row}`);
                if (came.length + went.length > 0) all.choices[choice] = [...came, ...went];
            };
            for (const field of dialog.querySelectorAll(FIELDS)) {
                if (field instanceof HTMLSelectElement) {
                    const before = field.value;
                    const values = [...field.options].map(({ value }) => value);
                    // Names of nodes are other in each flow.
                    if (values.some((value) => /^[0-9a-f]{16}$|^_ADD_$/.test(value))) continue;
                    for (const value of values.filter((each) => each !== before)) {
                        $(field).val(value).trigger('change');
                        note(`${nameOf(field)}=${value}`);
                    }
                    $(field).val(before).trigger('change');
                } else if (field instanceof HTMLInputElement && field.type === 'checkbox') {
                    field.checked = !field.checked;
                    $(field).trigger('change');
                    note(`${nameOf(field)}=${field.checked}`);
                    field.checked = !field.checked;
                    $(field).trigger('change');
                }
            }
            return all;
        });
    }

    /**
     * What a screen reader could not name: controls without a name, and labels that lead to no control and name no group. `words` is what it says
     * of each row, by the setting.
     */
    labels(): Promise<{ nameless: string[]; words: Record<string, string> }> {
        return this.page.evaluate(() => {
            const dialog = [...document.querySelectorAll('.ridethrough-dialog')].at(-1)!;
            const textOf = (ids: string | null) =>
                (ids ?? '')
                    .split(' ')
                    .map((id) => (id && document.getElementById(id)?.textContent?.trim()) || '')
                    .join(' ')
                    .trim();
            const nameOf = (element: Element) =>
                textOf(element.getAttribute('aria-labelledby')) ||
                element.getAttribute('aria-label')?.trim() ||
                [...((element as HTMLInputElement).labels ?? [])].map((label) => label.textContent.trim()).join(' ') ||
                element.getAttribute('title') ||
                '';
            const isThere = (element: Element) =>
                (element as HTMLElement).style.display !== 'none' && element.getAttribute('type') !== 'hidden';
            const nameless: string[] = [];
            const words: Record<string, string> = {};
            for (const row of dialog.querySelectorAll('.form-row')) {
                const setting = row.getAttribute('data-setting') ?? (row.id || row.className);
                const controls = [...row.querySelectorAll('input, select, textarea')].filter(isThere);
                for (const control of controls)
                    if (!nameOf(control)) nameless.push(`${setting}: ${control.outerHTML.slice(0, 80)}`);
                const label = row.querySelector(':scope > label');
                if (!label || !isThere(label)) continue;
                const bound = controls.find((control) => control.id !== '' && control.id === label.getAttribute('for'));
                const group = [...row.querySelectorAll('[role=group], [role=radiogroup]')].find(
                    (box) => label.id !== '' && box.getAttribute('aria-labelledby') === label.id,
                );
                const leads = group ?? bound;
                if (leads) words[setting] = nameOf(leads);
                else nameless.push(`${setting}: the label leads nowhere`);
            }
            return { nameless, words };
        });
    }

    private button(which: 'ok' | 'cancel'): string {
        return this.kind === 'config' ? `#node-config-dialog-${which}` : `#node-dialog-${which}`;
    }
}
