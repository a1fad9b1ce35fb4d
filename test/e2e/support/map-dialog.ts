import type { Locator, Page } from 'playwright-core';

/** One value of a device map, as a person types it: by the fields of the form. */
export type TypedItem = Readonly<Record<string, string>>;

/** The device map in the open dialog of a node, used as a person does. */
export class MapDialog {
    private readonly box: Locator;

    constructor(private readonly page: Page) {
        this.box = page.locator('.ridethrough-map');
    }

    /** Adds a value, and types into the fields of its form in this order. */
    async add(item: TypedItem): Promise<void> {
        await this.act('add');
        for (const [name, text] of Object.entries(item)) await this.type(name, text);
    }

    /** Types into a field of the open form, or chooses. */
    async type(name: string, text: string): Promise<void> {
        const field = this.box.locator(`.ridethrough-map-form [data-key="${name}"]`);
        if (!(await field.isVisible())) await this.box.locator('.ridethrough-map-form summary').click();
        if ((await field.evaluate((element) => element.tagName)) === 'SELECT') await field.selectOption(text);
        else {
            await field.fill(text);
            // As leaving the field does.
            await field.press('Tab');
        }
    }

    /** Presses a button of the toolbar, the panel or the open form. */
    async act(name: string): Promise<void> {
        await this.box.locator(`[data-act="${name}"]`).first().click();
    }

    /** Opens or closes the form of a value. */
    async toggle(id: string): Promise<void> {
        await this.box.locator('.ridethrough-map-open', { hasText: id }).first().click();
    }

    /** The lines of the list. */
    async lines(): Promise<{ name: string; place: string; target: string; raw: string; value: string }[]> {
        const cells = ['name', 'place', 'target', 'raw', 'value'];
        const texts = await this.box.locator('.ridethrough-map-item').evaluateAll(
            // Without a name of its own in it: the page has no helper of the transpiler.
            (rows, names) =>
                rows.map((row) =>
                    names.map((name) => row.querySelector(`.ridethrough-map-${name}`)?.textContent ?? ''),
                ),
            cells,
        );
        return texts.map(([name = '', place = '', target = '', raw = '', value = '']) => ({
            name,
            place,
            target,
            raw,
            value,
        }));
    }

    /** Reads the device, and waits for its answer. */
    async read(): Promise<string> {
        await this.act('read');
        const outcome = this.page.locator(
            '.ridethrough-try-row .ridethrough-test-outcome.ok, .ridethrough-try-row .ridethrough-test-outcome.failed',
        );
        await outcome.waitFor();
        return this.note();
    }

    /** What stands above the list. */
    note(): Promise<string> {
        return this.box.locator('.ridethrough-map-note').innerText();
    }

    /** The file that "Save as file" makes. */
    async saved(): Promise<{ name: string; text: string }> {
        const [download] = await Promise.all([this.page.waitForEvent('download'), this.act('export')]);
        const chunks: Buffer[] = [];
        for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
        return { name: download.suggestedFilename(), text: Buffer.concat(chunks).toString('utf8') };
    }

    /** Takes over the map of a file. @returns the faults that the dialog tells; empty: it was taken */
    async takeFile(name: string, text: string): Promise<string[]> {
        const file = this.box.locator('input[type=file]');
        if (!(await file.isVisible())) await this.act('import');
        await file.setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(text) });
        const json = this.box.locator('.ridethrough-map-panel textarea');
        await this.page.waitForFunction(
            (element) => (element as HTMLTextAreaElement).value !== '',
            await json.elementHandle(),
        );
        await this.act('take');
        return this.box.locator('.ridethrough-map-faults li').allInnerTexts();
    }
}
