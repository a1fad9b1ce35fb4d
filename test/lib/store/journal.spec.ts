import { journalContract } from '../core/journal/contract';
import { Bench } from './support';

journalContract('store: journal', () => new Bench());
