import { type Container, tasksToRegister } from "../../ecs/containers.ts";
import { registryOf } from "../../ecs/needs.ts";
import type { Graph, Resource } from "../../graph/graph.ts";
import { blocks, Expression, isAbsent, referencesIn, text, textWithGaps, type Value } from "../../graph/value.ts";
import { defineRule, type Rule } from "../../rule.ts";

export const ECS_IMAGE_RULES: readonly Rule[] = [
  {
    id: "ECS-027",
    severity: "error",
    title: "Images in an immutable repository have a tag of their own",
    when: "push",
    prevents:
      "ImageTagAlreadyExistsException: The image tag 'latest' already exists in the '…' repository and cannot be overwritten because the repository is immutable.",
    cause: "An immutable repository takes each tag once, so that the second image can't be latest again.",
    reference: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html",
    *check(graph) {
      for (const { task, container, tag, repository } of graph.once(findImages)) {
        if (tag !== "latest" || repository === undefined || !isImmutable(repository)) continue;
        yield {
          at: task,
          message: `runs latest of ${repository.address} in the container ${container.name}, and that repository is IMMUTABLE.`,
          fix: "Name a tag that is new with each image, such as a version or a commit.",
          attribute: "container_definitions",
        };
      }
    },
  },
  {
    id: "ECS-028",
    severity: "warning",
    title: "Images are named by a tag that stays",
    when: "runtime",
    prevents:
      "no error: tasks of one service run different images, and going back to the last task definition changes nothing",
    cause: "A tag that moves means another image each time that a task starts.",
    reference: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html",
    *check(graph) {
      for (const { task, container, tag, repository, written } of graph.once(findImages)) {
        if (tag !== "latest" || (repository !== undefined && isImmutable(repository))) continue;
        yield {
          at: task,
          message: `runs ${written ? "latest" : "an image without a tag, which means latest,"} in the container ${container.name}.`,
          fix: "Name a tag that stays, such as a version or a commit, or a digest.",
          attribute: "container_definitions",
        };
      }
    },
  },
  {
    id: "ECS-029",
    severity: "warning",
    title: "Images come from ECR rather than from Docker Hub",
    when: "runtime",
    prevents: "CannotPullContainerError: … toomanyrequests: You have reached your pull rate limit.",
    cause: "Docker Hub counts pulls by IP address, and that of a NAT gateway or of Fargate is shared.",
    reference: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html",
    *check(graph) {
      for (const { task, container } of graph.once(findImages)) {
        if (registryOf(container.block.image) !== "docker hub" || !isAbsent(container.block.repositoryCredentials))
          continue;
        yield {
          at: task,
          message: `pulls ${text(container.block.image) ?? "the image"} of the container ${container.name} from Docker Hub.`,
          fix: "Push the image to ECR, use ECR's pull-through cache, or take it from public.ecr.aws.",
          attribute: "container_definitions",
        };
      }
    },
  },
  defineRule({
    id: "ECS-031",
    severity: "error",
    title: "An image is the address of a repository, and a tag",
    reference: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/ECR_on_ECS.html",
    problems: {
      name: {
        when: "runtime",
        prevents:
          "CannotPullContainerError: pull access denied for …, repository does not exist or may require authorization",
        cause: "A name without a registry is one of Docker Hub.",
      },
      format: {
        when: "runtime",
        prevents: "CannotPullContainerError: … invalid reference format",
        cause: "An ARN, a text with spaces and one that ends with a colon are not image references.",
      },
    },
    *check(graph) {
      for (const { task, container } of graph.once(findImages)) {
        const { image } = container.block;
        const named = partOfRepository(image);
        const known = textWithGaps(image) ?? "";
        if (!named && !/^arn:|:$|\s/.test(known)) continue;
        const repository = named?.repository ?? repositoryReference(image);
        yield {
          kind: named && named.attribute !== "arn" ? "name" : "format",
          at: task,
          message: named
            ? `has the ${named.attribute} of ${named.repository.address} as the image of the container ${container.name}.`
            : `has the image ${JSON.stringify(known.replaceAll("\0", "…"))} on the container ${container.name}.`,
          fix: `Write ${repository ? `\${${repository.address}.repository_url}` : "the address of a repository"}, a colon and a tag.`,
          attribute: "container_definitions",
        };
      }
    },
  }),
];

/** The attribute of a repository that an image begins with, where it is not the address that it is pulled from. */
function partOfRepository(image: Value | undefined): { repository: Resource; attribute: string } | undefined {
  const [first] = image instanceof Expression ? (image.parts ?? []) : [];
  if (typeof first !== "object" || !/^(?:name|id|arn)$/.test(first.attribute)) return undefined;
  const [repository] = first.resources;
  return repository?.type === "aws_ecr_repository" ? { repository, attribute: first.attribute } : undefined;
}

interface Image {
  readonly task: Resource;
  readonly container: Container;
  /** `latest` where none is written; undefined where it can't be known. */
  readonly tag: string | undefined;
  /** It stands in the image's name. */
  readonly written: boolean;
  /** Repository of the configuration that it is in. */
  readonly repository: Resource | undefined;
}

/** Images of all tasks. */
export function findImages(graph: Graph): Image[] {
  return tasksToRegister(graph).flatMap(({ resource, containers }) =>
    containers.map((container) => {
      const { image } = container.block;
      return { task: resource, container, ...tagOf(image), repository: repositoryOf(graph, image) };
    }),
  );
}

function tagOf(image: Value | undefined): { tag: string | undefined; written: boolean } {
  const name = textWithGaps(image);
  // The first gap may be the repository, whose address AWS makes up; in any other there may be a tag.
  const isRepository = repositoryReference(image) !== undefined;
  if (!name || name.includes("@") || (isRepository ? name.indexOf("\0", 1) > 0 : name.includes("\0")))
    return { tag: undefined, written: false };
  const tag = /:([^:/]+)$/.exec(name)?.[1];
  return { tag: tag ?? "latest", written: tag !== undefined };
}

function repositoryReference(image: Value | undefined): Resource | undefined {
  const [reference, ...others] = referencesIn(image).filter(({ resources }) =>
    resources.some(({ type }) => type.endsWith("aws_ecr_repository")),
  );
  const isOne =
    reference?.certain &&
    others.length === 0 &&
    reference.resources.length === 1 &&
    reference.attribute === "repository_url";
  return isOne ? reference.resources[0] : undefined;
}

function repositoryOf(graph: Graph, image: Value | undefined): Resource | undefined {
  const named = /^\d{12}\.dkr[.-]ecr\.[^/]+\/([^:@]+)/.exec(text(image) ?? "")?.[1];
  return (
    repositoryReference(image) ??
    (named === undefined
      ? undefined
      : graph.ofType("aws_ecr_repository").find((one) => text(one.get("name")) === named))
  );
}

function isImmutable(repository: Resource): boolean {
  const exclusions = blocks(repository.get("image_tag_mutability_exclusion_filter"));
  return (
    !repository.isData &&
    text(repository.get("image_tag_mutability")) === "IMMUTABLE" &&
    exclusions.complete &&
    exclusions.blocks.length === 0
  );
}
