import { describe, expect, it } from "vitest";
import { type Gap, inFrontOf } from "../../../../tools/local/emulator/gaps/gap.ts";
import { jsonReply } from "../../../../tools/local/emulator/gaps/replies.ts";
import { asking, fakeMoto } from "../fake-moto.ts";

const gap = (action: string, answer: Gap["answer"]): Gap => ({ service: "ecs", action, why: "", standIn: "", answer });
const adding = (action: string, name: string): Gap =>
  gap(action, async (call, moto) => {
    const reply = await moto.forward(call);
    return jsonReply({ ...JSON.parse(reply.body.toString("utf8")), [name]: true });
  });

describe("gaps in front of others", () => {
  const gaps = inFrontOf(
    [adding("Both", "second"), adding("Second", "second")],
    [adding("Both", "first"), adding("First", "first")],
  );
  const answer = async (action: string) =>
    (await asking(gaps, fakeMoto(() => '{"moto":true}').moto).json(action, {})).value;

  it("complete what the others answer", async () => {
    expect(await answer("Both")).toEqual({ moto: true, second: true, first: true });
  });

  it("complete what moto answers where the others have nothing", async () => {
    expect(await answer("First")).toEqual({ moto: true, first: true });
  });

  it("leave the others' calls to them", async () => {
    expect(await answer("Second")).toEqual({ moto: true, second: true });
  });
});
