import type { Page } from 'playwright-core';
import { givePage, openBrowser, takePage } from './browser';
import type { NodeRedProcess } from './node-red-process';

/** What a page of the editor has. */
interface EditorWindow {
    RED: {
        editor: { edit(node: object): void; getEditStack(): object[] };
        nodes: {
            node(id: string): Record<string, unknown> & { valid?: boolean };
            eachNode(each: (node: EditedNode) => void): void;
            eachConfig(each: (node: EditedNode) => void): void;
            dirty(): boolean;
        };
        view: { importNodes(nodes: object[], options: object): void };
    };
}

interface EditedNode {
    id: string;
    type: string;
    valid?: boolean;
    validationErrors?: string[];
}

/** The editor of a Node-RED in Chromium, used as a person does. */
export class EditorPage {
    private constructor(readonly page: Page) {}

    static async open(nodeRed: NodeRedProcess, executablePath: string): Promise<EditorPage> {
        const browser = await openBrowser(executablePath);
        const page = await takePage(browser, { viewport: { width: 1280, height: 1000 }, locale: 'en-US' });
        page.setDefaultTimeout(90_000);
        await page.goto(nodeRed.url());
        await page.waitForSelector('.red-ui-palette-node[data-palette-type="ups-event"]', { state: 'attached' });
        await page.waitForFunction(() => {
            const loader = document.querySelector('.red-ui-loading, #red-ui-loading-progress');
            return !loader || getComputedStyle(loader).display === 'none';
        });
        return new EditorPage(page);
    }

    async close(): Promise<void> {
        await givePage(this.page);
    }

    /** Drops a node of the palette on the canvas. @returns its id */
    async drop(type: string): Promise<string> {
        const before = await this.ids();
        const node = this.page.locator(`.red-ui-palette-node[data-palette-type="${type}"]`);
        await this.page.locator('#red-ui-palette-search input').fill(type);
        await node.dragTo(this.page.locator('#red-ui-workspace-chart'), { targetPosition: { x: 300, y: 300 } });
        await this.page.locator('#red-ui-palette-search input').fill('');
        const added = (await this.ids()).filter((id) => !before.includes(id));
        if (added.length !== 1) throw new Error(`${added.length} nodes of ${type} were added`);
        return added[0]!;
    }

    /** Opens the dialog of a node. */
    async edit(id: string): Promise<void> {
        await this.page.evaluate((node) => {
            const { RED } = window as unknown as EditorWindow;
            RED.editor.edit(RED.nodes.node(node));
        }, id);
        await this.page.waitForSelector('#node-dialog-ok');
        await this.settled();
    }

    /** Presses the "+" beside a config node's selector in the open dialog, and waits for the next dialog. */
    async plus(property: string, within: 'node' | 'config' = 'node'): Promise<void> {
        const prefix = within === 'node' ? 'node-input' : 'node-config-input';
        const depth = await this.depth();
        await this.page.locator(`#${prefix}-btn-${property}-add`).click();
        await this.page.waitForFunction(
            (before) => (window as unknown as EditorWindow).RED.editor.getEditStack().length > before,
            depth,
        );
        await this.page.waitForSelector('#node-config-dialog-ok');
        await this.settled();
    }

    /** Accepts the dialog that is on top. */
    async accept(which: 'node' | 'config'): Promise<void> {
        const depth = await this.depth();
        await this.page.locator(which === 'node' ? '#node-dialog-ok' : '#node-config-dialog-ok').click();
        await this.page.waitForFunction(
            (before) => (window as unknown as EditorWindow).RED.editor.getEditStack().length < before,
            depth,
        );
        await this.settled();
    }

    /** Answers what the dialog of a new site asks. */
    async arm(choice: 'armed' | 'dry'): Promise<void> {
        await this.page
            .locator('input[name="ridethrough-armed"]')
            .nth(choice === 'armed' ? 0 : 1)
            .check();
    }

    async cancel(): Promise<void> {
        await this.page.locator('#node-dialog-cancel').click();
        await this.settled();
    }

    /** Deploys. @returns what the editor asked before it, else an empty text */
    async deploy(): Promise<string> {
        await this.page.locator('#red-ui-header-button-deploy').click();
        const done = this.page.waitForFunction(() => !(window as unknown as EditorWindow).RED.nodes.dirty());
        const asked = this.page.locator('.red-ui-notification', { hasText: /not properly configured|unknown/i });
        const question = asked.waitFor().then(() => asked.innerText());
        return Promise.race([done.then(() => ''), question.catch(() => '')]);
    }

    /** Every node that the editor marks with a red triangle, and why. */
    async faults(): Promise<string[]> {
        return this.page.evaluate(() => {
            const { RED } = window as unknown as EditorWindow;
            const all: EditedNode[] = [];
            RED.nodes.eachNode((node) => all.push(node));
            RED.nodes.eachConfig((node) => all.push(node));
            const found = all
                .filter(({ valid }) => valid === false)
                .map(({ type, validationErrors }) => `${type}: ${(validationErrors ?? []).join('; ')}`);
            return found;
        });
    }

    /** The dialog slides in and out. */
    async settled(): Promise<void> {
        await this.page.waitForTimeout(450);
    }

    private depth(): Promise<number> {
        return this.page.evaluate(() => (window as unknown as EditorWindow).RED.editor.getEditStack().length);
    }

    private ids(): Promise<string[]> {
        return this.page.evaluate(() => {
            const ids: string[] = [];
            (window as unknown as EditorWindow).RED.nodes.eachNode(({ id }) => ids.push(id));
            return ids;
        });
    }
}
