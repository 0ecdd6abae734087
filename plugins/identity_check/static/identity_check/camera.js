// The camera: opens it, takes pictures, lets go of it. Knows no page and no server.
//
// Video only, never sound. Every way in which a camera can fail has a kind and a
// sentence; whoever calls shows the sentence and offers the way without a face.

const LEAST = { long: 640, short: 480 };
const LONGEST_SIDE = 1280;
const JPEG_QUALITY = 0.92;
const FIRST_PICTURE_MS = 8000;

const SENTENCES = {
  missing: "没有找到摄像头。请接上摄像头再试，或改用验证码和问答，学时一样。",
  refused: "浏览器没有获得使用摄像头的许可。请在地址栏的权限设置中允许，或改用验证码和问答，学时一样。",
  busy: "摄像头正被其他程序占用。请关闭其他程序再试，或改用验证码和问答，学时一样。",
  small: "摄像头画面太小，至少需要 640×480。请换一个摄像头，或改用验证码和问答，学时一样。",
  insecure: "当前网址不能使用摄像头。请改用验证码和问答，学时一样。",
  wechat: "微信内打不开摄像头。请点右上角“在系统浏览器中打开”，或改用验证码和问答，学时一样。",
  failed: "摄像头打不开。请再试一次，或改用验证码和问答，学时一样。",
};

const KINDS = {
  NotFoundError: "missing",
  DevicesNotFoundError: "missing",
  OverconstrainedError: "small",
  NotAllowedError: "refused",
  PermissionDeniedError: "refused",
  SecurityError: "refused",
  NotReadableError: "busy",
  TrackStartError: "busy",
  AbortError: "busy",
};

/** A camera that cannot be used: kind for programs, message for people. */
export class CameraError extends Error {
  constructor(kind, cause) {
    super(SENTENCES[kind], { cause });
    this.name = "CameraError";
    this.kind = kind;
  }
}

/** Show the camera in video; resolves when the first picture is there. Throws CameraError. */
export async function openCamera(video) {
  closeCamera(video);
  if (!navigator.mediaDevices?.getUserMedia) {
    throw new CameraError(/MicroMessenger/i.test(navigator.userAgent) ? "wechat" : "insecure");
  }
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: "user", width: { ideal: LEAST.long }, height: { ideal: LEAST.short } },
    });
  } catch (error) {
    throw new CameraError(KINDS[error.name] ?? "failed", error);
  }
  Object.assign(video, { srcObject: stream, muted: true, playsInline: true });
  try {
    await Promise.all([firstPicture(video), video.play()]);
  } catch (error) {
    closeCamera(video);
    throw error instanceof CameraError ? error : new CameraError("failed", error);
  }
}

/** Return what the camera sees now as a JPEG, in its own proportions. Throws CameraError. */
export async function takeFrame(video) {
  const { videoWidth: width, videoHeight: height } = video;
  const live = video.srcObject?.getVideoTracks().some((track) => track.readyState === "live");
  if (!live || !width) throw new CameraError("failed");
  if (Math.max(width, height) < LEAST.long || Math.min(width, height) < LEAST.short) throw new CameraError("small");
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
  const picture = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", JPEG_QUALITY));
  if (!picture) throw new CameraError("failed");
  return picture;
}

/** Switch the camera off. */
export function closeCamera(video) {
  for (const track of video.srcObject?.getTracks() ?? []) track.stop();
  video.srcObject = null;
}

function firstPicture(video) {
  return new Promise((resolve, reject) => {
    const tooLong = setTimeout(() => reject(new CameraError("busy")), FIRST_PICTURE_MS);
    const look = () => {
      if (!video.videoWidth) return;
      clearTimeout(tooLong);
      video.removeEventListener("loadeddata", look);
      resolve();
    };
    video.addEventListener("loadeddata", look);
    if (video.readyState >= 2) look();
  });
}
