import type { Declaration } from '../../../lib/core/settings';
import type { EditorNode } from '../red';
import type { Column, Row } from '../table-field';
import type { Form } from './form';

/** A widget of its own in the box of a special setting. */
export interface Widget {
    /** What it shows, as the flow stores it. */
    get(): unknown;
}

/** What a table adds to its columns. */
export interface TableParts {
    /** What the button says; else it is `add.<property>` of the catalogue, if that has it. */
    add?: string;
    /** By column key: width, placeholder, choices that the declaration does not know. */
    columns?: Readonly<Record<string, Partial<Column>>>;
    /** Rows as the table shows them. */
    rows?(stored: unknown): readonly Row[];
}

/** What a dialog does beside what its declaration makes. All parts may be missing. */
export interface DialogParts {
    /** What the canvas calls a node without a name, where only the editor knows the words. */
    label?(node: EditorNode): string;
    /** What the canvas and the lists of config nodes show behind its name, in brackets; '' for nothing. */
    remark?(node: EditorNode): string;
    outputLabel?(node: EditorNode, index: number): string | undefined;
    tables?: Readonly<Record<string, (form: Form) => TableParts>>;
    /** What the button of a list with a row each says, by property, as of tables; and the example in a row. */
    lists?: Readonly<Record<string, { add?: string; placeholder?: string }>>;
    /** Widgets of special settings. */
    boxes?: Readonly<Record<string, (form: Form, selector: string) => Widget>>;
    /** Once, when the dialog is open and filled. */
    prepare?(form: Form): void;
    /** Whenever something was changed, after rows were shown and hidden. */
    refresh?(form: Form): void;
    /** Before the settings are kept. */
    save?(form: Form): void;
    /** Buttons of "Read now" or "Send test", in place of the usual. */
    tryNow?(form: Form): object;
}

export interface SpecialDialog extends DialogParts {
    readonly type: string;
}

/** Says what is special about the dialog of a declared node; the default export of `<type>.editor.ts`. */
export function dialog<S>(declaration: Declaration<S>, parts: DialogParts): SpecialDialog {
    return { ...parts, type: declaration.type };
}
