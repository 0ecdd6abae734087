"""What the codes of this plugin mean to the trainee, in plain and kind Chinese."""

from collections.abc import Mapping

SENTENCES: Mapping[str, str] = {
    "NO_PICTURE": "没有收到照片，请再拍一张。",
    "PICTURE_TOO_LARGE": "照片太大，请用页面上的拍照按钮重新拍摄。",
    "PICTURE_TOO_SMALL": "照片不够清晰，摄像头至少需要 640×480。",
    "PICTURE_UNREADABLE": "照片无法读取，请重新拍摄。",
    "TOO_MANY_PICTURES": "一次提交的照片太多，请重新拍摄。",
    "TOO_FEW_PICTURES": "还需要再拍几张，请保持面对镜头。",
    "NO_FACE": "没有看到人脸，请正对镜头，摘下口罩。",
    "SEVERAL_FACES": "画面里有几个人，请只留您本人。",
    "FACE_TOO_SMALL": "离镜头有些远，请靠近一点。",
    "TOO_DARK": "光线太暗，请转向光亮的一侧。",
    "TOO_BRIGHT": "光线太强，请避开直射的灯光。",
    "BLURRED": "画面有些模糊，请拿稳或擦一擦镜头。",
    "UNCERTAIN": "这张还不能确认，请正对镜头再拍一张。",
    "NOT_SAME_PERSON": "与您的参考照片不一致。",
    "REUSED_PICTURE": "这张照片以前用过，请当场拍摄。",
    "TOO_MANY_RETAKES": "连续几张都没有拍清，可以改用验证码和问答。",
    "FACE_UNAVAILABLE": "人脸核验暂时不可用，请改用验证码和问答。",
    "FRAMES_DIFFER": "几张照片不像同一个人，请本人重新拍摄。",
    "STILL_PICTURE": "几张照片完全一样，请面对摄像头当场拍摄。",
    "REFERENCE_DIFFERS": "与已有的参考照片不一致，如需更换请联系培训机构现场核验。",
    "PROMPT_MISSING": "请先查看验证码和问题，再提交答案。",
    "ANSWER_INCOMPLETE": "请填写验证码并选择一个答案。",
    "CODE_WRONG": "验证码不正确。",
    "ANSWER_WRONG": "问题回答得不对。",
}


def sentence(code: str) -> str:
    """Return the sentence for code. Raises KeyError for a code that nobody has worded."""
    return SENTENCES[code]
