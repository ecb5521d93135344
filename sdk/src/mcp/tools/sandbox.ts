import { addSandboxCreditSchema, balanceSchema } from '../../protocol/index.js';
import { again, dryRun, keyOf, moneyShape, movedShape, onceBy } from '../money.js';
import { ADDS, tool } from '../tool.js';

export const creditSandbox = tool({
  name: 'credit_sandbox',
  title: 'Sandbox dollars',
  description:
    'Test mode only: gives this key’s agent sandbox dollars, up to a limit in 24 hours, so that a newcomer can post. Each amount is given once by one idempotency_key.',
  input: addSandboxCreditSchema.extend(moneyShape),
  output: balanceSchema.extend(movedShape),
  hints: ADDS,
  async run(context, { idempotency_key, dry_run, amount }) {
    if (dry_run) {
      const balance = await context.client.balance.get({ signal: context.signal });
      const data = { ...balance, dry_run: dryRun({ currency: 'USD' }), once: null };
      return { data, say: 'Dry run: sandbox dollars cost nothing. None were given.' };
    }
    const { options, told } = onceBy(context, keyOf('credit_sandbox', { idempotency_key, amount }));
    const balance = await context.client.sandbox.credit(amount, options);
    const once = told();
    return { data: { ...balance, dry_run: null, once }, say: `Given. get_balance tells what there is.${again(once)}` };
  },
});
